"""Writes the documents of Tests/DocumentsTests/Fixtures.

- belge.docx: a small Word document as Turkish Word writes it. Style ids are Turkish ("Balk1"), style names
  English, one run is deleted under revision, one shape has a fallback, one part is stored and one deflated.
- rehber.odt, .docx and .pdf: rehber.fodt, converted by LibreOffice.
- sunum.pptx: slides by python-pptx 1.0.2; karar.udf: a document in the form of UYAP.

Usage: python make_office_fixtures.py (needs soffice: libreoffice-writer-nogui, and python-pptx)
"""

import pathlib
import subprocess
import zipfile

import pptx
import pptx.util

NAMESPACES = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
              'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"')


def paragraph(content, style=None):
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{content}</w:p>"


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles {NAMESPACES}>
<w:style w:type="paragraph" w:styleId="KonuBal"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Balk1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Bolum"><w:name w:val="Bölüm"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
</w:styles>"""

DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document {NAMESPACES}><w:body>{"".join([
    paragraph(run("Mağaza El Kitabı"), "KonuBal"),
    paragraph(run("Giriş &amp; özet.")),
    paragraph(run("İade"), "Balk1"),
    paragraph(run("Ürünü ") + run("14 gün") + '<w:r><w:tab/></w:r>' + run("içinde iade edin.")
              + '<w:del><w:r><w:delText>Silinmiş.</w:delText></w:r></w:del>'
              + '<w:r><w:instrText>PAGE</w:instrText></w:r>'),
    "<w:p/>",
    paragraph(run("Süre"), "Bolum"),
    paragraph("<mc:AlternateContent><mc:Choice>" + run("Teslimden sonra.")
              + "</mc:Choice><mc:Fallback>" + run("Teslimden sonra.") + "</mc:Fallback></mc:AlternateContent>"),
])}</w:body></w:document>"""


UDF = """<?xml version="1.0" encoding="UTF-8" ?>
<template format_id="1.8"><content><![CDATA[T.C.
ANKARA 3. ASLİYE HUKUK MAHKEMESİ

KARAR: Davanın kabulüne & tazminatın ödenmesine karar verildi.
]]></content><properties><pageFormat mediaSizeName="1" leftMargin="70.875"/></properties>
<elements resolver="hvl-default"><paragraph Alignment="1"><content startOffset="0" length="5"/></paragraph></elements>
<styles><style name="hvl-default" family="Times New Roman" size="12"/></styles></template>"""


def write_zip(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text, method in parts:
            # A date of its own, so that the same bytes come out every time.
            info = zipfile.ZipInfo(name, (2026, 11, 29, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, text)


def write_slides(path):
    slides = pptx.Presentation()
    first = slides.slides.add_slide(slides.slide_layouts[1])
    first.shapes.title.text = "Kargo ve teslimat"
    body = first.placeholders[1].text_frame
    body.text = "Siparişler iki iş günü içinde kargoya verilir."
    body.add_paragraph().text = "Ücretsiz kargo\v500 TL üstünde."
    first.notes_slide.notes_text_frame.text = "Konuşmacı notu."
    slides.slides.add_slide(slides.slide_layouts[6])
    third = slides.slides.add_slide(slides.slide_layouts[5])
    third.shapes.title.text = "Ödeme"
    size = (pptx.util.Cm(2), pptx.util.Cm(5), pptx.util.Cm(12), pptx.util.Cm(2))
    table = third.shapes.add_table(1, 2, *size).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Havale", "%5 indirim"
    # Shown in another order than they were made in.
    order = slides.slides._sldIdLst
    order.insert(0, order[2])
    slides.save(path)


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    folder = root / "Tests/DocumentsTests/Fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    write_zip(folder / "belge.docx", [
        ("word/document.xml", DOCUMENT, zipfile.ZIP_DEFLATED), ("word/styles.xml", STYLES, zipfile.ZIP_STORED)])
    write_zip(folder / "karar.udf", [("content.xml", UDF, zipfile.ZIP_DEFLATED)])
    write_slides(folder / "sunum.pptx")
    for ending in ("odt", "docx", "pdf"):
        subprocess.run(["soffice", "--headless", "--convert-to", ending, "--outdir", folder,
                        root / "Tools/reference/rehber.fodt"], check=True)


if __name__ == "__main__":
    main()
