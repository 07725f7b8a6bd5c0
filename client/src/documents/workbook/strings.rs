//! The strings that the cells of a workbook share.

use super::{Unusable, Why, event, events};
use crate::documents::xml::entity;
use quick_xml::events::Event;
use shared::limits::{FORM_FIELDS_MAX, FORM_ROWS_MAX};

/// As many as a table has cells.
const STRINGS_MAX: usize = FORM_FIELDS_MAX * FORM_ROWS_MAX;

/// Reads them: of each the letters that are shown, however they are marked up, and not how they are pronounced.
pub(super) fn read(text: &str) -> Result<Vec<String>, Unusable> {
    let mut events = events(text);
    let mut strings = Vec::new();
    let mut said = Said::default();
    loop {
        let event = event(&mut events)?;
        said.event(&event)?;
        match event {
            Event::Eof => return Ok(strings),
            Event::End(end) if end.local_name().as_ref() == "si" => strings.push(said.take()),
            Event::Empty(start) if start.local_name().as_ref() == "si" => strings.push(said.take()),
            _ => {}
        }
        if strings.len() > STRINGS_MAX {
            return Err(Unusable::because(Why::TooLarge));
        }
    }
}

/// What is said within `t` and `v`, outside of what tells how it is pronounced.
#[derive(Default)]
pub(super) struct Said {
    text: String,
    is_open: bool,
    is_aside: bool,
}

impl Said {
    pub(super) fn event(&mut self, event: &Event<'_>) -> Result<(), Unusable> {
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "t" | "v" => self.is_open = true,
                "rPh" => self.is_aside = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "t" | "v" => self.is_open = false,
                "rPh" => self.is_aside = false,
                _ => {}
            },
            Event::Text(text) => self.say(&text.xml10_content()),
            Event::CData(text) => self.say(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let letter = entity(name).ok_or(Unusable::because(Why::Broken))?;
                self.say(letter.encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        Ok(())
    }

    fn say(&mut self, text: &str) {
        if self.is_open && !self.is_aside {
            self.text.push_str(text);
        }
    }

    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}
