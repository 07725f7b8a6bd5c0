//! Word, Excel, PowerPoint, Writer and Calc: the least that their programs open, with every place marked.

type Template = &'static [(&'static str, &'static str)];

pub(super) const TEMPLATES: &[(&str, Template)] =
    &[("docx", DOCX), ("xlsx", XLSX), ("pptx", PPTX), ("odt", ODT), ("ods", ODS)];

const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

const CORE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="cp" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>@title@</dc:title><dc:description>@description@</dc:description><cp:keywords>@keywords@</cp:keywords></cp:coreProperties>"#;

const CUSTOM: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Properties xmlns:vt="vt"><property fmtid="{D5CDD505}" pid="2" name="@property-name@"><vt:lpwstr>@property@</vt:lpwstr></property></Properties>"#;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;

const DOCX: Template = &[
    ("[Content_Types].xml", TYPES),
    ("_rels/.rels", RELS),
    (
        "word/document.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="w" xmlns:mc="mc" xmlns:wps="wps" xmlns:wp="wp"><w:body>
<w:p w:rsidR="00A1"><w:pPr><w:pStyle w:val="Normal"/></w:pPr><w:r><w:t>@body@</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">@runs@</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>@cell@</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:ins w:id="1" w:author="Lise Moreau"><w:r><w:t>@inserted@</w:t></w:r></w:ins><w:del w:id="2" w:author="Lise Moreau"><w:r><w:delText>@deleted@</w:delText></w:r></w:del></w:p>
<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>@hidden@</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx><w:txbxContent><w:p><w:r><w:t>@box@</w:t></w:r></w:p></w:txbxContent></wps:txbx></mc:Choice></mc:AlternateContent></w:r></w:p>
<w:p><w:r><w:drawing><wp:docPr id="3" name="Forme 1" descr="@alternative@"/></w:drawing></w:r></w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>@field@</w:instrText></w:r></w:p>
<w:sdt><w:sdtPr><w:alias w:val="@alias@"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>@control@</w:t></w:r></w:p></w:sdtContent></w:sdt>
<!-- @remark@ --></w:body></w:document>"#,
    ),
    ("word/header1.xml", r#"<w:hdr xmlns:w="w"><w:p><w:r><w:t>@header@</w:t></w:r></w:p></w:hdr>"#),
    ("word/footer1.xml", r#"<w:ftr xmlns:w="w"><w:p><w:r><w:t>@footer@</w:t></w:r></w:p></w:ftr>"#),
    (
        "word/comments.xml",
        r#"<w:comments xmlns:w="w"><w:comment w:id="0" w:author="@comment-author@"><w:p><w:r><w:t>@comment@</w:t></w:r></w:p></w:comment></w:comments>"#,
    ),
    (
        "word/footnotes.xml",
        r#"<w:footnotes xmlns:w="w"><w:footnote w:id="1"><w:p><w:r><w:t>@footnote@</w:t></w:r></w:p></w:footnote></w:footnotes>"#,
    ),
    ("word/@part-name@.xml", "<nothing/>"),
    ("docProps/core.xml", CORE),
    ("docProps/custom.xml", CUSTOM),
];

const XLSX: Template = &[
    ("[Content_Types].xml", TYPES),
    ("_rels/.rels", RELS),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0"?><workbook><sheets><sheet name="Feuil1" sheetId="1"/><sheet name="@sheet-name@" sheetId="2" state="veryHidden"/></sheets><definedNames><definedName name="Zone" comment="@name-comment@">Feuil1!$A$1</definedName></definedNames></workbook>"#,
    ),
    ("xl/sharedStrings.xml", r#"<sst count="2"><si><t>@shared@</t></si><si><r><t>@runs@</t></r></si></sst>"#),
    (
        "xl/worksheets/sheet1.xml",
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>@inline@</t></is></c><c r="C1" t="str"><f>"@formula@"</f><v>@result@</v></c></row></sheetData><dataValidations><dataValidation prompt="@prompt@" sqref="A1"/></dataValidations><headerFooter><oddHeader>&amp;C@header@</oddHeader></headerFooter></worksheet>"#,
    ),
    (
        "xl/worksheets/sheet2.xml",
        r#"<worksheet><sheetData><row r="1" hidden="1"><c r="A1" t="inlineStr"><is><t>@hidden@</t></is></c></row></sheetData></worksheet>"#,
    ),
    (
        "xl/comments1.xml",
        r#"<comments><authors><author>Lise Moreau</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>@comment@</t></r></text></comment></commentList></comments>"#,
    ),
    (
        "xl/drawings/drawing1.xml",
        r#"<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><xdr:txBody><a:p><a:r><a:t>@box@</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"#,
    ),
    ("docProps/core.xml", CORE),
];

const PPTX: Template = &[
    ("[Content_Types].xml", TYPES),
    ("_rels/.rels", RELS),
    (
        "ppt/slides/slide1.xml",
        r#"<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:sp><p:nvSpPr><p:cNvPr id="2" name="Titre" descr="@alternative@"/></p:nvSpPr><p:txBody><a:p><a:r><a:t>@body@</a:t></a:r></a:p><a:p><a:r><a:t>@runs@</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"#,
    ),
    (
        "ppt/slides/slide2.xml",
        r#"<p:sld xmlns:p="p" xmlns:a="a" show="0"><p:txBody><a:p><a:r><a:t>@hidden@</a:t></a:r></a:p></p:txBody></p:sld>"#,
    ),
    (
        "ppt/notesSlides/notesSlide1.xml",
        r#"<p:notes xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>@note@</a:t></a:r></a:p></p:notes>"#,
    ),
    (
        "ppt/comments/comment1.xml",
        r#"<p:cmLst xmlns:p="p"><p:cm authorId="0"><p:text>@comment@</p:text></p:cm></p:cmLst>"#,
    ),
    ("docProps/core.xml", CORE),
];

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="m"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/></manifest:manifest>"#;

const META: &str = r#"<?xml version="1.0" encoding="UTF-8"?><office:document-meta xmlns:office="o" xmlns:dc="dc" xmlns:meta="m"><office:meta><dc:title>@title@</dc:title><meta:user-defined meta:name="@property-name@">@property@</meta:user-defined></office:meta></office:document-meta>"#;

const ODT: Template = &[
    ("mimetype", "application/vnd.oasis.opendocument.text"),
    ("META-INF/manifest.xml", MANIFEST),
    ("meta.xml", META),
    (
        "styles.xml",
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-styles xmlns:office="o" xmlns:style="s" xmlns:text="t"><office:master-styles><style:master-page style:name="Standard"><style:header><text:p>@header@</text:p></style:header><style:footer><text:p>@footer@</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>"#,
    ),
    (
        "content.xml",
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:text="t" xmlns:dc="dc" xmlns:draw="d" xmlns:svg="svg" xmlns:table="ta"><office:body><office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>@deleted@</text:p></text:deletion></text:changed-region></text:tracked-changes><text:h>@heading@</text:h><text:p>@body@</text:p><text:p><text:span>@runs@</text:span></text:p><text:p>Voir<office:annotation><dc:creator>Lise Moreau</dc:creator><text:p>@comment@</text:p></office:annotation><text:note><text:note-body><text:p>@note@</text:p></text:note-body></text:note></text:p><text:p><draw:frame draw:name="Cadre"><svg:title>@frame-title@</svg:title><draw:text-box><text:p>@box@</text:p></draw:text-box></draw:frame></text:p><table:table table:name="@table-name@"><table:table-row><table:table-cell><text:p>@cell@</text:p></table:table-cell></table:table-row></table:table><text:p><text:hidden-text text:string-value="@hidden@"/></text:p></office:text></office:body></office:document-content>"#,
    ),
];

const ODS: Template = &[
    ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
    ("META-INF/manifest.xml", MANIFEST),
    ("meta.xml", META),
    (
        "content.xml",
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="ta" xmlns:dc="dc"><office:body><office:spreadsheet><table:table table:name="Feuille1"><table:table-row><table:table-cell office:value-type="string"><text:p>@cell@</text:p><office:annotation><text:p>@comment@</text:p></office:annotation></table:table-cell><table:table-cell><text:p><text:span>@runs@</text:span></text:p></table:table-cell></table:table-row></table:table><table:table table:name="@table-name@" table:display="false"><table:table-row table:visibility="collapse"><table:table-cell><text:p>@hidden@</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#,
    ),
];
