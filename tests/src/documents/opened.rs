//! HTML, RTF, and archives.

use super::{Sample, archive, filled, zipped};

const HTML: &str = r#"<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>@title@</title><meta name="description" content="@description@">
<style>.a { content: "@style@" }</style><script>var note = "@script@";</script></head>
<body><h1>@heading@</h1><p>@body@</p><p><b>@runs@</b></p><!-- @comment@ -->
<p style="display:none">@hidden@</p><p><img src="logo.png" alt="@alternative@"><a href="/" title="@tip@">Voir</a></p>
<form><input type="text" value="@value@" placeholder="@placeholder@"><textarea>@area@</textarea></form>
<table><tr><td>@cell@</td></tr></table><noscript>@noscript@</noscript></body></html>
"#;

const RTF: &str = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}
{\info{\title @title@}{\doccomm @remark@}}{\header\pard @header@\par}{\footer\pard @footer@\par}
\pard\f0 @body@\par {\b @bold@}\par Voir{\footnote\pard @footnote@}{\*\atnid LM}{\*\annotation\pard @comment@}\par
{\v @hidden@}{\deleted @deleted@}{\*\bkmkstart note}\par\trowd\cellx5000 @cell@\cell\row
{\*\unknown @unknown@}\uc1 @unicode@\par }";

pub(super) fn samples(sentence: &str) -> Vec<Sample> {
    let mut samples = filled("html", &[("", HTML)], sentence, true, |parts| parts[0].1.clone().into_bytes());
    samples.extend(filled("rtf", &[("", RTF)], sentence, true, |parts| escaped(&parts[0].1)));
    let members =
        [("note.txt", "@text@"), ("dossier/@file-name@.csv", "lieu;heure\n"), ("b.html", "<p>@page@</p>")];
    samples.extend(filled("zip", &members, sentence, true, zipped));
    let inner = [("word/document.xml", r#"<w:p xmlns:w="w"><w:r><w:t>@document@</w:t></w:r></w:p>"#)];
    let outer = |parts: &[(String, String)]| archive(&[("lettre.docx", &zipped(parts))]);
    samples.extend(filled("zip", &inner, sentence, true, outer));
    samples
}

/// Letters beyond ASCII as RTF writes them: as bytes of Windows, and by their number.
fn escaped(text: &str) -> Vec<u8> {
    let mut escaped = String::new();
    let mut by_number = false;
    for letter in text.chars() {
        let number = u32::from(letter);
        match number {
            0..0x80 => escaped.push(letter),
            0x80..0x100 if !by_number => escaped.push_str(&format!("\\'{number:02x}")),
            _ => escaped.push_str(&format!("\\u{number}?")),
        }
        by_number = !by_number;
    }
    escaped.into_bytes()
}
