#!/usr/bin/env python3
"""Writes the set that the scrubber is measured on: per type, true values and look-alikes in sentences.

    python3 Tools/reference/personal_data_set.py --per-type 2000 > /tmp/personal-data.jsonl
    python3 Tools/reference/personal_data_set.py --per-type 40 \
        > Tests/CorpusTests/Fixtures/personal-data.jsonl

Lines are {"type", "label": true|false, "text", "value"}. True values are generated to the public
rule of each number (check digits computed here, independently of the scrubber). A look-alike has the
same shape and breaks the rule, or is the ordinary thing that the type is mistaken for: an order
number, a version, a decimal, a memory size, a street in a story. Seed 20261124, Python's random.
"""
import argparse
import json
import random
import string

R = random.Random(20261124)


def digits(count):
    return [R.randint(0, 9) for _ in range(count)]


def joined(values):
    return "".join(map(str, values))


# --- T.C. kimlik no -------------------------------------------------------------------------------
def national_id():
    d = [R.randint(1, 9)] + digits(8)
    d.append((sum(d[0:9:2]) * 7 - sum(d[1:8:2])) % 10)
    d.append(sum(d) % 10)
    return joined(d)


def broken_national_id():
    kind = R.randint(0, 3)
    value = national_id()
    if kind == 0:
        return value[:-1] + str((int(value[-1]) + R.randint(1, 9)) % 10)
    if kind == 1:
        return value[:9] + str((int(value[9]) + R.randint(1, 9)) % 10) + value[10]
    if kind == 2:
        return "0" + value[1:] if not is_phone_like("0" + value[1:]) else value[:-1] + "x"
    return value + str(R.randint(0, 9))


def is_phone_like(value):
    return value[1] in "2345689"


# --- Vergi kimlik no ------------------------------------------------------------------------------
def tax_check(d):
    total = 0
    for i, digit in enumerate(d[:9]):
        shifted = (digit + 9 - i) % 10
        term = (shifted * 2 ** (9 - i)) % 9
        total += 9 if shifted != 0 and term == 0 else term
    return (10 - total % 10) % 10


def tax_number():
    d = [R.choice([1, 2, 3, 4, 6, 7, 8, 9])] + digits(8)
    return joined(d + [tax_check(d)])


def broken_tax_number():
    d = [R.choice([1, 2, 3, 4, 6, 7, 8, 9])] + digits(8)
    return joined(d + [(tax_check(d) + R.randint(1, 9)) % 10])


# --- IBAN -----------------------------------------------------------------------------------------
def iban_digits(country, bban):
    number = int("".join(str(int(c, 36)) for c in bban + country + "00"))
    return f"{country}{98 - number % 97:02d}{bban}"


def grouped(value, size=4):
    return " ".join(value[i : i + size] for i in range(0, len(value), size))


def iban():
    if R.random() < 0.85:
        value = iban_digits("TR", joined([0, 0] + digits(3)) + "0" + joined(digits(16)))
    else:
        country, length = R.choice([("DE", 18), ("NL", None), ("AT", 16), ("FR", 23)])
        bban = (
            "".join(R.choices(string.ascii_uppercase, k=4)) + joined(digits(10))
            if length is None
            else joined(digits(length))
        )
        value = iban_digits(country, bban)
    return grouped(value) if R.random() < 0.6 else value


def broken_iban():
    value = iban().replace(" ", "")
    at = R.randrange(4, len(value))
    while not value[at].isdigit():
        at = R.randrange(4, len(value))
    value = value[:at] + str((int(value[at]) + R.randint(1, 9)) % 10) + value[at + 1 :]
    return grouped(value) if R.random() < 0.6 else value


# --- Payment cards --------------------------------------------------------------------------------
def luhn(d):
    total = 0
    for distance, digit in enumerate(reversed(d)):
        value = digit * (2 if distance % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return (10 - total % 10) % 10


def card(check=0):
    prefix, length = R.choice(
        [("4", 16), ("4", 16), ("51", 16), ("52", 16), ("55", 16), ("2221", 16), ("9792", 16), ("65", 16), ("37", 15)]
    )
    d = [int(c) for c in prefix]
    d += digits(length - 1 - len(d))
    value = joined(d + [(luhn(d) + check) % 10])
    style = R.randint(0, 2)
    if style == 0:
        return value
    mark = " " if style == 1 else "-"
    if length == 15:
        return mark.join([value[:4], value[4:10], value[10:]])
    return mark.join(value[i : i + 4] for i in range(0, 16, 4))


def broken_card():
    if R.random() < 0.7:
        return card(R.randint(1, 9))
    d = [R.choice([0, 1, 7])] + digits(14)  # right check digit, but no issuer
    return joined(d + [luhn(d)])


# --- Telephone ------------------------------------------------------------------------------------
MOBILE = ["501", "505", "506", "507", "530", "531", "532", "533", "534", "535", "536", "537", "538", "539",
          "541", "542", "543", "544", "545", "546", "549", "551", "552", "553", "554", "555", "559"]
AREA = ["212", "216", "222", "224", "232", "242", "258", "262", "264", "312", "322", "324", "332", "342", "352",
        "362", "412", "424", "442", "462"]


def phone():
    kind = R.random()
    if kind < 0.05:
        return f"444 {R.randint(0, 9)} {joined(digits(3))}"
    if kind < 0.08:
        return f"0850 {joined([R.randint(2, 9)] + digits(2))} {joined(digits(2))} {joined(digits(2))}"
    code = R.choice(MOBILE if R.random() < 0.7 else AREA)
    a, b, c = joined([R.randint(2, 9)] + digits(2)), joined(digits(2)), joined(digits(2))
    forms = [
        f"0{code} {a} {b} {c}", f"0{code}{a}{b}{c}", f"0 {code} {a} {b} {c}", f"0({code}) {a} {b} {c}",
        f"(0{code}) {a} {b} {c}", f"({code}) {a} {b} {c}", f"+90 {code} {a} {b} {c}", f"+90{code}{a}{b}{c}",
        f"+90 ({code}) {a} {b} {c}", f"0090 {code} {a} {b} {c}", f"0{code}-{a}-{b}-{c}", f"0{code}.{a}.{b}.{c}",
        f"{code} {a} {b} {c}", f"0{code} {a} {b}{c}", f"+90-{code}-{a}-{b}{c}", f"0 ({code}) {a}-{b}-{c}",
    ]
    if code[0] == "5":
        forms.append(f"{code}{a}{b}{c}")
    return R.choice(forms)


def broken_phone():
    bad = R.choice(["011", "119", "199", "600", "611", "700", "777", "990", "170", "133"])
    a, b, c = joined([R.randint(2, 9)] + digits(2)), joined(digits(2)), joined(digits(2))
    return R.choice([
        f"0{bad} {a} {b} {c}", f"0{bad}{a}{b}{c}", f"+90 {bad} {a} {b} {c}", f"{bad}{a}{b}{c}",
        f"{R.randint(1, 9)}.{joined(digits(3))}.{joined(digits(3))},{joined(digits(2))} TL",
        f"{R.randint(10, 28)}.{R.randint(10, 12)}.{R.randint(1950, 2024)}",
        f"978-605-{joined(digits(3))}-{joined(digits(3))}-{R.randint(0, 9)}",
        f"{R.randint(1900, 2024)}-{R.randint(1900, 2024)}", f"{joined([R.choice([1, 6, 7, 9])] + digits(7))}",
        f"{R.randint(1, 12)} {R.randint(13, 24)} {R.randint(25, 36)} {R.randint(37, 49)}",
    ])


# --- E-mail ---------------------------------------------------------------------------------------
NAMES = ["ayse", "mehmet.kaya", "fatma_demir", "ali-veli", "z.ozturk", "info", "destek", "musteri+iade", "k.celik1985",
         "bilgi", "ik", "muhasebe", "seyma.aydin", "omer.f.yildiz"]
HOSTS = ["ornek", "posta", "deneme-ltd", "firma", "belediye", "universite", "alan.adi", "kargo34"]
TOPS = ["com", "com.tr", "net", "org.tr", "edu.tr", "gov.tr", "bel.tr", "io"]


def email():
    value = f"{R.choice(NAMES)}{R.choice(['', str(R.randint(1, 99))])}@{R.choice(HOSTS)}.{R.choice(TOPS)}"
    return value.upper() if R.random() < 0.1 else value


def broken_email():
    return R.choice([
        f"@{R.choice(NAMES).split('.')[0]}{R.randint(1, 999)}", f"{R.choice(NAMES)}@{R.choice(HOSTS).split('.')[0]}",
        f"{R.randint(2, 9)} adet @ {R.randint(10, 99)} TL", f"{R.choice(NAMES)}@.com", f"{R.choice(HOSTS)}.com.tr",
        f"root@localhost:~{R.randint(1, 9)}", f"{R.choice(NAMES)} @ ev", f"{R.choice(NAMES)}@{R.choice(HOSTS)}.{R.randint(1, 9)}",
    ])


# --- Network --------------------------------------------------------------------------------------
def ip():
    if R.random() < 0.8:
        first = R.choice([10, 172, 192, 78, 85, 88, 94, 176, 185, 195, 212, 213])
        return ".".join(map(str, [first, R.randint(0, 255), R.randint(0, 255), R.randint(1, 254)]))
    groups = [f"{R.randint(0, 65535):x}" for _ in range(8)]
    if R.random() < 0.5:
        cut = R.randint(2, 5)
        return "2a01:" + ":".join(groups[1:cut]) + "::" + f"{R.randint(1, 65535):x}"
    return "2001:" + ":".join(groups[1:])


def broken_ip():
    o = [R.randint(1, 255) for _ in range(4)]
    return R.choice([
        f"{R.randint(256, 999)}.{o[1]}.{o[2]}.{o[3]}", f"{o[0]}.{o[1]}.{o[2]}.{R.randint(256, 999)}",
        f"{o[0]}.{o[1]}.{o[2]}", f"{o[0]}.{o[1]}.{o[2]}.{o[3]}.{R.randint(1, 99)}",
        f"sürüm {R.randint(1, 20)}.{R.randint(0, 20)}.{R.randint(0, 20)}.{R.randint(0, 999) % 250}",
        f"v{R.randint(1, 9)}.{R.randint(0, 9)}.{R.randint(0, 9)}.{R.randint(0, 9)}",
        f"{R.randint(10, 23)}:{R.randint(10, 59)}:{R.randint(10, 59)}", f"std::{R.choice(['vector', 'map', 'cout'])}",
        f"{o[0]:03d}.{o[1] % 100:03d}.{o[2] % 100:03d}.{o[3] % 100:03d}",
    ])


def mac():
    pairs = [f"{R.randint(0, 255):02x}" for _ in range(6)]
    style = R.randint(0, 3)
    if style == 3:
        value = "".join(pairs)
        if value.isdigit():
            return mac()
        return ".".join([value[:4], value[4:8], value[8:]])
    value = (":" if style < 2 else "-").join(pairs)
    return value.upper() if R.random() < 0.6 else value


def broken_mac():
    pairs = [f"{R.randint(0, 255):02x}" for _ in range(8)]
    return R.choice([
        ":".join(pairs[:5]), ":".join(pairs[:3]), "-".join(pairs[:4] + ["zz", pairs[5]]), ":".join(pairs[:7]),
        ":".join(pairs[:5] + ["g" + pairs[5][0]]), "".join(pairs[:6]) + "ef", ":".join(p + "0" for p in pairs[:6]),
        f"{R.randint(10, 23)}:{R.randint(10, 59)}:{R.randint(10, 59)}",
        f"{R.randint(1000, 9999)}.{R.randint(1000, 9999)}.{R.randint(1000, 9999)}",
    ])


# --- Number plates --------------------------------------------------------------------------------
PLATE = "ABCDEFGHIJKLMNOPRSTUVYZ"
WORDS = {"TL", "KG", "GR", "CM", "MM", "KM", "GB", "MB", "TB", "KB", "HZ", "KW", "MW", "KV", "MV", "MA", "ML", "CL",
         "LT", "DB", "SN", "DK", "HP", "BG", "PS", "NO", "VE", "CC", "TS", "EN", "BIT", "PIN", "FPS", "DPI", "RPM", "PPM",
         "OCA", "MAR", "NIS", "MAY", "HAZ", "TEM", "AGU", "EYL", "EKI", "KAS", "ARA", "SUB", "JAN", "FEB", "APR", "JUN",
         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "ISO", "USD", "EUR", "TRY", "GBP", "CHF", "KHZ", "MHZ", "GHZ"}


def plate_parts():
    count = R.choice([1, 2, 2, 3, 3, 3])
    letters = "".join(R.choices(PLATE, k=count))
    while letters in WORDS:
        letters = "".join(R.choices(PLATE, k=count))
    length = {1: [4], 2: [3, 4], 3: [2, 3]}[count]
    return letters, joined([R.randint(0, 9) for _ in range(R.choice(length))])


def plate():
    letters, number = plate_parts()
    gap = R.choice([" ", " ", ""])
    return f"{R.randint(1, 81):02d}{gap}{letters}{gap}{number}"


def broken_plate():
    letters, number = plate_parts()
    return R.choice([
        f"{R.randint(82, 99)} {letters} {number}", f"00 {letters} {number}", f"{R.randint(1, 81):02d} {letters} {R.randint(0, 9)}",
        f"{R.randint(1, 81):02d} {letters}Q {number}", f"{R.randint(10, 81)} TL {R.randint(100, 999)} kuruş",
        f"{R.choice([16, 32, 64])} GB {R.choice([3200, 3600])} MHz", f"{R.randint(10, 28)} MAY {R.randint(50, 99)}",
        f"{R.randint(10, 81)} {R.choice(['kişi', 'adet', 'sayfa'])} {R.randint(100, 999)}",
        f"{R.randint(100, 999)} {letters} {number}", f"{R.randint(10, 81)} KG {R.randint(100, 999)} gram",
        f"{R.randint(10, 81)} {letters}{letters}{letters} {number}"[:40],
    ])


# --- Postal addresses -----------------------------------------------------------------------------
QUARTERS = ["Caferağa", "Kızılay", "Bahçelievler", "Yenişehir", "Cumhuriyet", "Fevzi Çakmak", "Kültür", "Barbaros",
            "Şirinyalı", "Güzeloba", "Gültepe", "İstiklal", "Örnek", "Çınarlı", "Yıldız", "Ümraniye Merkez"]
STREETS = ["Moda", "Atatürk", "İnönü", "Gazi Mustafa Kemal", "Bağdat", "Fatih Sultan Mehmet", "Zübeyde Hanım", "Lale",
           "Güneş", "Çiçek", "Şehit Ömer Halisdemir", "Mevlâna", "Papatya", "Akasya"]
TOWNS = [("Kadıköy", "İstanbul"), ("Çankaya", "Ankara"), ("Konak", "İzmir"), ("Muratpaşa", "Antalya"),
         ("Nilüfer", "Bursa"), ("Şahinbey", "Gaziantep"), ("Seyhan", "Adana"), ("Üsküdar", "İstanbul")]
POSTAL = {"İstanbul": "34", "Ankara": "06", "İzmir": "35", "Antalya": "07", "Bursa": "16", "Gaziantep": "27", "Adana": "01"}


def address():
    town, city = R.choice(TOWNS)
    quarter = f"{R.choice(QUARTERS)} {R.choice(['Mah.', 'Mahallesi', 'Mh.', 'mah.'])}"
    street = R.choice([
        f"{R.choice(STREETS)} {R.choice(['Cad.', 'Caddesi', 'Cd.', 'Bulvarı'])}",
        f"{R.choice(STREETS)} {R.choice(['Sok.', 'Sokak', 'Sk.', 'Sokağı'])}", f"{R.randint(100, 9999)}. Sokak",
        f"{R.randint(100, 9999)} Sk.",
    ])
    number = R.choice([f"No: {R.randint(1, 250)}", f"No:{R.randint(1, 250)}/{R.randint(1, 40)}", f"No {R.randint(1, 99)}",
                       f"No.{R.randint(1, 99)}", f"No: {R.randint(1, 99)}/A"])
    flat = R.choice(["", f" Kat: {R.randint(1, 12)}", f" D:{R.randint(1, 40)}", f" Daire {R.randint(1, 40)}",
                     f" {R.choice(STREETS)} Apt. D:{R.randint(1, 20)}", f" Kat:{R.randint(1, 9)} Daire:{R.randint(1, 30)}"])
    end = R.choice(["", f" {town}/{city}", f", {town} / {city}", f" {POSTAL[city]}{R.randint(100, 999)} {town}/{city}"])
    return R.choice([f"{quarter} {street} {number}{flat}{end}", f"{quarter}, {street}, {number}{flat}{end}",
                     f"{street} {number}{flat}{end}"])


def broken_address():
    street, quarter = R.choice(STREETS), R.choice(QUARTERS)
    town, city = R.choice(TOWNS)
    return R.choice([
        f"{street} Caddesi {R.randint(1920, 1999)} yılında", f"{quarter} Mahallesi halkı", f"{street} Sokak lambaları",
        f"{street} Bulvarı boyunca {R.randint(2, 9)} kilometre", f"{town}/{city} bölgesi", f"{quarter} mahallesinde {R.randint(10, 99)} ev",
        f"{street} Caddesi ile {R.choice(STREETS)} Sokağı", f"{street} Apartmanı sakinleri", f"{R.randint(2, 9)} numaralı daire",
        f"Kat {R.randint(1, 9)} planı", f"{street} Caddesi'nde {R.randint(10, 99)} dükkân",
    ])


# --- Sentences ------------------------------------------------------------------------------------
PLAIN = ["Dün bize {} yazılmış, kontrol eder misiniz?", "Kayıtlarda {} görünüyor.", "Formda {} diye bir bilgi var.",
         "Lütfen {} bilgisini güncelleyin.", "{} hakkında bir soru soracaktım.", "Belgenin sonunda {} geçiyor.",
         "Mesajda yalnızca {} vardı; gerisi boştu.", "Önce {} sonra da diğer satırları okuyun."]
LABELS = {
    "national-id": ["T.C. kimlik no: {}", "Kimlik numaram {}, kaydımı açar mısınız?", "TCKN {} olan üye giriş yapamıyor."],
    "tax-number": ["Vergi no: {}", "VKN {} olan firma", "Vergi kimlik numarası {} yazılacak.", "Kadıköy V.D. {} numaralı mükellef"],
    "iban": ["IBAN: {}", "Ücreti {} numaralı hesaba yatırın.", "{} (Ziraat Bankası)"],
    "payment-card": ["Kart no: {}", "{} numaralı kartla ödedim.", "Kart bilgisi {} son kullanma 12/28"],
    "phone": ["Tel: {}", "Beni {} numarasından arayın.", "WhatsApp {} hattımız açıktır.", "Telefon {} (mesai saatleri)"],
    "email": ["E-posta: {}", "Özgeçmişinizi {} adresine gönderin.", "{} üzerinden ulaşabilirsiniz."],
    "ip-address": ["Sunucu adresi {} olarak ayarlandı.", "{} üzerinden bağlanıldı.", "IP: {}"],
    "mac-address": ["MAC: {}", "{} adresli cihaz ağa katıldı.", "Kablosuz kart {} ile eşleşti."],
    "number-plate": ["{} plakalı araç park edemez.", "Plaka: {}", "Otoparkta {} duruyor."],
    "postal-address": ["Adres: {}", "Kargoyu {} adresine bırakın.", "Mağazamız {} konumundadır."],
}
# A look-alike never stands behind a label that would make it what it only resembles for a tax number,
# which is recognised by check digit and label together: there the label stays and the digit is wrong,
# or the digit is right and the label is another one.
MAKERS = {
    "national-id": (national_id, broken_national_id), "tax-number": (tax_number, broken_tax_number),
    "iban": (iban, broken_iban), "payment-card": (card, broken_card), "phone": (phone, broken_phone),
    "email": (email, broken_email), "ip-address": (ip, broken_ip), "mac-address": (mac, broken_mac),
    "number-plate": (plate, broken_plate), "postal-address": (address, broken_address),
}


def lines(per_type):
    for kind, (true, broken) in MAKERS.items():
        for _ in range(per_type):
            value = true()
            frames = LABELS[kind] if kind == "tax-number" or R.random() < 0.5 else PLAIN
            yield {"type": kind, "label": True, "text": R.choice(frames).format(value), "value": value}
        for index in range(per_type):
            value = broken()
            frames = PLAIN if kind in ("phone", "postal-address") or R.random() < 0.5 else LABELS[kind]
            if kind == "tax-number" and index % 4 == 0:
                value, frames = tax_number(), ["Sipariş no: {}", "Takip kodu {} ile sorgulayın.", "{} adet üretildi."]
            yield {"type": kind, "label": False, "text": R.choice(frames).format(value), "value": value}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-type", type=int, default=2000)
    for line in lines(parser.parse_args().per_type):
        print(json.dumps(line, ensure_ascii=False, sort_keys=True))


if __name__ == "__main__":
    main()
