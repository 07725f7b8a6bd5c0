//! A sheet on paper: PDF/A-2a and PDF/UA-1, so that an archive keeps it and a reader hears it.
//!
//! The same sheet of the same time gives the same bytes: there is no clock and no chance in them. The file carries the
//! letters that it uses, and asks for nothing from outside. `krilla` writes it, and refuses what these standards forbid.

use super::Sheet;
use super::face::Faces;
use super::setting::{Mark, PAPER, Paper, Shape, set};
use crate::dates;
use crate::words::{Value, Words};
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use shared::time::Timestamp;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The fonts that the program carries cannot be read.
    #[error("the fonts of this program cannot be read")]
    Fonts,
    /// What was written is not what an archive takes.
    #[error("the PDF is not what its standards ask for: {0}")]
    Standard(String),
}

/// The file, with the time that it is of.
///
/// # Errors
/// See [`PdfError`].
pub fn pdf(sheet: &Sheet, made: Timestamp, words: &Words) -> Result<Vec<u8>, PdfError> {
    let faces = Faces::read().ok_or(PdfError::Fonts)?;
    let foot = |page: usize, pages: usize| {
        words.say("sheet-page", &[("page", Value::from(page)), ("pages", pages.into())])
    };
    let paper = set(sheet, &faces, foot);
    let standard = |error: String| PdfError::Standard(error);
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| standard(format!("{error:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut seen: Vec<Vec<Identifier>> = paper.elements.iter().map(|_| Vec::new()).collect();
    for marks in &paper.pages {
        let settings = PageSettings::from_wh(PAPER.0, PAPER.1).ok_or_else(|| standard("page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            let part = draw(&mut surface, mark, &faces);
            if let Some(parts) = mark.of.and_then(|element| seen.get_mut(element)) {
                parts.push(part);
            }
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree(&paper, seen));
    let mut outline = Outline::new();
    for (name, page, y) in paper.sections {
        outline.push_child(OutlineNode::new(name, XyzDestination::new(page, Point::from_xy(0.0, y))));
    }
    document.set_outline(outline);
    let metadata = Metadata::new().title(sheet.title.clone()).language("fr".to_owned());
    let metadata = metadata.producer(shared::SOFTWARE.to_owned());
    document.set_metadata(metadata.creation_date(date(made)));
    document.finish().map_err(|error| standard(format!("{error:?}")))
}

/// Puts one mark on the page.
fn draw(surface: &mut Surface<'_>, mark: &Mark, faces: &Faces) -> Identifier {
    let tag = match (mark.of, &mark.what) {
        (Some(_), Shape::Line { .. }) => ContentTag::Span(SpanTag::empty()),
        (Some(_), _) => ContentTag::Other,
        (None, Shape::Line { .. }) => {
            ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther))
        }
        (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    };
    let seen = surface.start_tagged(tag);
    let fill = |grey| Fill { paint: luma::Color::new(grey).into(), ..Fill::default() };
    match &mark.what {
        Shape::Line { text, size, style } => {
            let face = faces.of(*style);
            let at = Point::from_xy(mark.x, mark.y);
            surface.set_fill(Some(fill(0)));
            surface.draw_glyphs(at, &face.glyphs(text), face.font.clone(), text, *size, false);
        }
        Shape::Filled { width, height, grey } => {
            surface.set_fill(Some(fill(*grey)));
            outline(surface, mark, *width, *height);
        }
        Shape::Ruled { width, height, rule } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { width: *rule, ..Stroke::default() }));
            outline(surface, mark, *width, *height);
            surface.set_stroke(None);
        }
    }
    surface.end_tagged();
    seen
}

fn outline(surface: &mut Surface<'_>, mark: &Mark, width: f32, height: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(mark.x, mark.y, width, height) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// What everything is, for who has it read aloud: each element within its own, with what is seen of it.
fn tree(paper: &Paper, seen: Vec<Vec<Identifier>>) -> TagTree {
    let (mut top, mut below) =
        (Vec::new(), paper.elements.iter().map(|_| Vec::new()).collect::<Vec<Vec<Node>>>());
    // From the last one back, so that all which is within an element is there before it is closed.
    for (element, seen) in paper.elements.iter().zip(seen).rev() {
        let within = below.pop().unwrap_or_default();
        let parts = seen.into_iter().map(Node::from).chain(within.into_iter().rev()).collect();
        let group = TagGroup::with_children(element.tag.clone(), parts);
        element.within.and_then(|outer| below.get_mut(outer)).unwrap_or(&mut top).push(group.into());
    }
    top.reverse();
    top.into()
}

/// An instant as the file keeps it, in UTC.
fn date(instant: Timestamp) -> DateTime {
    let at = dates::universal(instant);
    let small = |part: i8| u8::try_from(part).unwrap_or(0);
    let date =
        DateTime::new(u16::try_from(at.year()).unwrap_or(0)).month(small(at.month())).day(small(at.day()));
    date.hour(small(at.hour())).minute(small(at.minute())).second(small(at.second())).utc_offset_hour(0)
}
