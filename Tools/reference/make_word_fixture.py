"""Writes Tests/DocumentsTests/Fixtures/belge.docx: a small Word document as Turkish Word writes it.

Style ids are Turkish ("Balk1"), style names English, one run is deleted under revision, one shape has a
fallback, one part is stored and one deflated. Usage: python make_word_fixture.py
"""

import pathlib
import zipfile

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


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "Tests/DocumentsTests/Fixtures/belge.docx"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name, text, method in (
                ("word/document.xml", DOCUMENT, zipfile.ZIP_DEFLATED),
                ("word/styles.xml", STYLES, zipfile.ZIP_STORED)):
            # A date of its own, so that the same bytes come out every time.
            info = zipfile.ZipInfo(name, (2026, 11, 29, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, text)


if __name__ == "__main__":
    main()
