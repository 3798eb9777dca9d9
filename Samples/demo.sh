#!/bin/sh
# The main job in one picture: a question, and passages ranked by how well they answer it.
set -eu
ajan="$1"
"$ajan" similarity --rank "kargom ne zaman gelir?" \
    "Siparişler 1–3 iş günü içinde kargoya verilir." \
    "Kargoya verilen siparişler ortalama iki gün içinde adresinize ulaşır." \
    "Ürünü teslim aldıktan sonra on dört gün içinde ücretsiz iade edebilirsiniz." \
    "Faturanız sipariş onayından sonra e-posta adresinize gönderilir." \
    "Aboneliğinizi hesabım sayfasından dilediğiniz zaman iptal edebilirsiniz." \
    "Kredi kartıyla altı taksite kadar ödeme yapabilirsiniz." \
    "Kişisel verileriniz 6698 sayılı Kanun kapsamında korunur." \
    "Şifrenizi unuttuysanız giriş ekranından yenileyebilirsiniz." \
    "Müşteri hizmetlerimiz hafta içi 09.00 ile 18.00 arasında hizmet verir." \
    "Hasarlı gelen ürünler için kargo görevlisine tutanak tutturmanız gerekir." \
    "Su faturanızı belediyenin internet sitesinden ödeyebilirsiniz." \
    "Kampanya kodunu ödeme sayfasındaki indirim alanına yazınız." \
    "İstanbul'da seçili ilçelere aynı gün teslimat yapılır."
