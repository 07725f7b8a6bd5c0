//! What stands in a text, however it is typed: its words in three views.
//!
//! *Plain* is what a reader would copy: accents and capitals folded, everything else as it stands. *Spelled* undoes
//! what is typed to hide a word: invisible characters, letters of other alphabets that look alike, digits for letters,
//! signs and spaces between letters. *Sound* is the spelled view as it is heard, so that a misspelt word is the same word.
//!
//! Each view is one line of words with a space before and after each, ready to be searched. Constant work a byte.

use super::letters::{self, Letter};
use std::ops::Range;

/// A run of short pieces is put together from so many on.
const RUN_PIECES_MIN: usize = 4;

/// One view of a text.
#[derive(Default, Debug)]
pub struct View {
    /// The words, a space before and after each.
    pub text: String,
    /// Where each word starts in the text, and which word of the plain view it is.
    starts: Vec<(usize, usize)>,
}

/// One word of the plain view.
#[derive(Clone, Debug)]
pub struct Word {
    /// Where it stands in [`Views::typed`], in bytes.
    pub typed: Range<usize>,
    /// Whether it begins with a capital.
    pub is_capital: bool,
    /// Whether the chunk it stands in was typed as nobody types by accident.
    pub is_disguised: bool,
    /// In which sentence, counted from zero.
    pub sentence: usize,
}

/// A sentence of fewer words than these is read with its neighbours.
const SENTENCE_WORDS_MIN: usize = 6;

/// Of a longer sentence so many words on either side count: a list without a full stop is one, too.
const SENTENCE_WORDS: usize = 30;

/// A text in its views.
#[derive(Default, Debug)]
pub struct Views {
    /// What was typed, as people read it.
    pub typed: String,
    /// The words of the plain view.
    pub words: Vec<Word>,
    /// As a reader would copy it.
    pub plain: View,
    /// As it was meant to be read.
    pub spelled: View,
    /// As it is heard.
    pub sound: View,
    /// Runs of short pieces, put together.
    pub runs: View,
}

impl View {
    fn push(&mut self, word: &str, number: usize) {
        if word.is_empty() {
            return;
        }
        if self.text.is_empty() {
            self.text.push(' ');
        }
        self.starts.push((self.text.len(), number));
        self.text.push_str(word);
        self.text.push(' ');
    }

    /// One word of the plain view.
    #[must_use]
    pub fn word(&self, number: usize) -> &str {
        let from = self.starts.get(number).map_or(self.text.len(), |(start, _)| *start);
        self.text[from..].split(' ').next().unwrap_or_default()
    }

    /// Every word of this view, with the number of that word of the plain view that it stands for.
    pub(super) fn each<'a>(&'a self, mut with: impl FnMut(usize, &'a str)) {
        let ends = self.starts.iter().skip(1).map(|(start, _)| *start).chain([self.text.len() + 1]);
        for ((start, number), end) in self.starts.iter().zip(ends) {
            with(*number, self.text[*start..end - 1].trim_end());
        }
    }

    /// The words from the first to the last of which something stands in this part of the view.
    #[must_use]
    pub fn words(&self, part: Range<usize>) -> Range<usize> {
        let word_at = |at: usize| {
            let after = self.starts.partition_point(|(start, _)| *start <= at);
            after.checked_sub(1).map_or(0, |place| self.starts[place].1)
        };
        // A part begins with the space before its first word, and may end with that behind its last.
        let first = word_at(part.start + 1);
        let last = word_at(part.end.saturating_sub(2).max(part.start + 1));
        // What is put together counts as the first of its pieces, and so stands behind them.
        first.min(last)..first.max(last) + 1
    }
}

/// What stands between two spaces.
#[derive(Default)]
struct Chunk {
    letters: Vec<Placed>,
    /// Where it stands in what was typed.
    typed: Range<usize>,
}

/// One character of a chunk.
struct Placed {
    letter: Letter,
    at: usize,
    end: usize,
    is_capital: bool,
}

/// So many words of radio operators one after the other are a word.
const RADIOED_MIN: usize = 3;

/// So many letters with a sign between each are no abbreviation.
const LETTER_BY_LETTER_MIN: usize = 5;

impl Chunk {
    /// Whether signs stand between all its letters, of which not all are capitals: `r.a.d.i.c.a.l`.
    fn is_letter_by_letter(&self) -> bool {
        let (mut letters, mut small, mut was_letter) = (0, 0, false);
        for placed in &self.letters {
            let is_letter = placed.letter.is_word();
            if is_letter && was_letter {
                return false;
            }
            was_letter = is_letter;
            letters += usize::from(is_letter);
            small += usize::from(is_letter && !placed.is_capital);
        }
        letters >= LETTER_BY_LETTER_MIN && small > 0
    }

    /// Whether an `l` stands among capitals, or an `I` among small letters.
    fn is_in_the_other_case(&self) -> bool {
        let Some((first, others)) = self.letters.split_first() else { return false };
        let letters = || others.iter().filter(|placed| placed.letter.is_word());
        let (all, capitals) = (letters().count(), letters().filter(|placed| placed.is_capital).count());
        let is_of = |is_capital: bool, letter: char| {
            letters()
                .filter(|placed| placed.is_capital == is_capital)
                .all(|placed| placed.letter == Letter::Plain(letter))
        };
        all > 3
            && ((first.is_capital && capitals > 2 && capitals < all && is_of(false, 'l'))
                || (!first.is_capital && capitals > 0 && is_of(true, 'i')))
    }
}

impl Views {
    /// Some words as they were typed.
    #[must_use]
    pub fn typed_words(&self, words: Range<usize>) -> Vec<String> {
        let typed = |word: &Word| self.typed.get(word.typed.clone()).unwrap_or_default().to_owned();
        self.words[words].iter().map(typed).collect()
    }

    /// The sentence that some words stand in, or as much of it as stands near; all of the sentences, if they are of several.
    pub(super) fn sentence_of(&self, words: &Range<usize>) -> Range<usize> {
        let (first, last) = (words.start, words.end.saturating_sub(1).max(words.start));
        let sentence = |number: usize| self.words.get(number).map_or(usize::MAX, |word| word.sentence);
        let begins = self.words.partition_point(|word| word.sentence < sentence(first));
        let ends = self.words.partition_point(|word| word.sentence <= sentence(last));
        // A cell, a heading or a number by itself says as much as what stands around it.
        let spare = SENTENCE_WORDS_MIN.saturating_sub(ends.saturating_sub(begins));
        let (begins, ends) = (begins.saturating_sub(spare), (ends + spare).min(self.words.len()));
        begins.max(first.saturating_sub(SENTENCE_WORDS))..ends.min(last + 1 + SENTENCE_WORDS)
    }

    /// What is spelled by the words of radio operators counts as typed letter by letter.
    fn read_radioed(&mut self) {
        let (mut letters, mut runs) = (String::new(), Vec::new());
        for number in 0..self.words.len() {
            if let Some(letter) = letters::radioed(self.plain.word(number)) {
                letters.push(letter);
            } else if !letters.is_empty() {
                runs.push((number - letters.len(), std::mem::take(&mut letters)));
            }
        }
        runs.push((self.words.len() - letters.len(), letters));
        for (begins, letters) in runs.iter().filter(|(_, letters)| letters.len() >= RADIOED_MIN) {
            self.runs.push(letters, *begins);
        }
    }

    /// Each word as it stands, and where it is disguised, as it was meant.
    #[must_use]
    pub(super) fn as_meant(&self) -> Vec<&str> {
        let mut words: Vec<&str> = vec![""; self.words.len()];
        self.plain.each(|number, word| words[number] = word);
        let mut is_read = vec![false; words.len()];
        self.spelled.each(|number, word| {
            if self.words[number].is_disguised && !std::mem::replace(&mut is_read[number], true) {
                words[number] = word;
            }
        });
        words
    }

    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let decoded = letters::decoded(text);
        let turned = letters::unturned(&decoded);
        let mut views = Self::default();
        let mut reader = Reader::default();
        for (at, letter) in turned.char_indices() {
            reader.take(at, letter, &mut views);
        }
        reader.end_chunk(turned.len(), &mut views);
        reader.end_run(&mut views);
        views.read_radioed();
        views.typed = turned.into_owned();
        views
    }
}

#[derive(Default)]
struct Reader {
    chunk: Chunk,
    sentence: usize,
    /// The short pieces that follow each other, and the first word of them.
    run: Vec<String>,
    run_begins: usize,
    /// A hyphen ended the last line: the word goes on in the next.
    is_broken: bool,
}

impl Reader {
    fn take(&mut self, at: usize, letter: char, views: &mut Views) {
        if letter.is_whitespace() {
            if letter == '\n' && self.ends_in_a_hyphen() {
                self.chunk.letters.pop();
                self.is_broken = true;
                return;
            }
            if self.is_broken {
                return;
            }
            self.end_chunk(at, views);
            if letter == '\n' {
                self.sentence += 1;
            }
            return;
        }
        self.is_broken = false;
        if self.chunk.letters.is_empty() {
            self.chunk.typed.start = at;
        }
        letters::fold(letter, |folded| {
            self.chunk.letters.push(Placed {
                letter: folded,
                at,
                end: at + letter.len_utf8(),
                is_capital: letter.is_uppercase(),
            });
        });
    }

    fn ends_in_a_hyphen(&self) -> bool {
        let mut from_the_end = self.chunk.letters.iter().rev();
        let hyphen = from_the_end.next().is_some_and(|placed| {
            placed.letter.is_hidden() || matches!(placed.letter, Letter::Sign('-' | '‐'))
        });
        hyphen && from_the_end.next().is_some_and(|placed| placed.letter.is_word())
    }

    fn end_chunk(&mut self, end: usize, views: &mut Views) {
        if self.chunk.letters.is_empty() {
            return;
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.typed.end = end;
        let first = views.words.len();
        let is_disguised = letters::is_disguised(chunk.letters.iter().map(|placed| placed.letter))
            || chunk.is_letter_by_letter()
            || chunk.is_in_the_other_case();
        let pieces = self.plain(&chunk, is_disguised, views);
        if pieces > 0 {
            spelled(&chunk, is_disguised, first, pieces, views);
            self.add_to_run(&chunk, first, views);
        }
        let last = chunk.letters.last().map(|placed| placed.letter);
        if matches!(last, Some(Letter::Sign('.' | '!' | '?' | ';'))) && chunk.letters.len() > 3 {
            self.sentence += 1;
        }
    }

    /// The words as they stand; says how many.
    fn plain(&self, chunk: &Chunk, is_disguised: bool, views: &mut Views) -> usize {
        let mut word = String::new();
        let mut count = 0;
        let parts = chunk.letters.split(|placed| !placed.letter.is_word() && !placed.letter.is_hidden());
        for part in parts {
            word.clear();
            word.extend(part.iter().filter_map(|placed| placed.letter.plain()));
            let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
            if word.is_empty() {
                continue;
            }
            let number = views.words.len();
            views.words.push(Word {
                typed: first.at..last.end,
                is_capital: first.is_capital,
                is_disguised,
                sentence: self.sentence,
            });
            views.plain.push(&word, number);
            count += 1;
        }
        count
    }

    fn add_to_run(&mut self, chunk: &Chunk, first: usize, views: &mut Views) {
        let spelled: String = chunk.letters.iter().filter_map(|placed| placed.letter.spelled()).collect();
        let is_short = (1..=2).contains(&spelled.chars().count());
        if !is_short {
            self.end_run(views);
            return;
        }
        if self.run.is_empty() {
            self.run_begins = first;
        }
        self.run.push(spelled);
    }

    fn end_run(&mut self, views: &mut Views) {
        if self.run.len() >= RUN_PIECES_MIN {
            views.runs.push(&self.run.concat(), self.run_begins);
            // A word typed letter by letter, without the short words beside it.
            for letters in self.run.split(|piece| piece.chars().count() > 1) {
                if (RUN_PIECES_MIN..self.run.len()).contains(&letters.len()) {
                    views.runs.push(&letters.concat(), self.run_begins);
                }
            }
        }
        self.run.clear();
    }
}

/// The words as they are meant, and as they are heard.
fn spelled(chunk: &Chunk, is_disguised: bool, first: usize, pieces: usize, views: &mut Views) {
    let signs = |placed: &Placed| matches!(placed.letter, Letter::Sign(sign) if letters::separates(sign));
    let mut word = String::new();
    let push = |word: &str, number: usize, views: &mut Views| {
        views.spelled.push(word, number);
        views.sound.push(&letters::heard(word), number);
    };
    // Of what is typed as it is meant, the plain words stand here too.
    for part in chunk.letters.split(signs) {
        word.clear();
        meant(part, &mut word);
        let Some(begins) = part.first().map(|placed| placed.at) else { continue };
        let behind = views.words[first..].partition_point(|word| word.typed.start <= begins);
        push(&word, first + behind.saturating_sub(1), views);
    }
    if pieces > 1 || is_disguised {
        word.clear();
        meant(&chunk.letters, &mut word);
        push(&word, first, views);
        if chunk.is_in_the_other_case() {
            word.clear();
            word.extend(chunk.letters.iter().filter_map(|placed| {
                letters::in_the_other_case(placed.letter, placed.is_capital).or(placed.letter.spelled())
            }));
            push(&word, first, views);
        }
        if word.contains('i') && is_disguised {
            // A one is an i or an l.
            word.clear();
            word.extend(chunk.letters.iter().filter_map(|placed| placed.letter.spelled_otherwise()));
            push(&word, first, views);
        }
    }
}

/// What is meant, where there is a letter to mean it by: a number alone is a number (715 is no `tis`).
fn meant(part: &[Placed], word: &mut String) {
    let has_letters = part.iter().any(|placed| matches!(placed.letter, Letter::Plain(_) | Letter::Like(..)));
    let letter = if has_letters { Letter::spelled } else { Letter::plain };
    word.extend(part.iter().filter_map(|placed| letter(placed.letter)));
}

/// A message that is written on one line: `\n` stands for a line break, and `\\` for a backslash.
#[must_use]
pub fn unescaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let stands_for = match (letter, letters.peek()) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some('\\')) => Some('\\'),
            _ => None,
        };
        if stands_for.is_some() {
            letters.next();
        }
        text.push(stands_for.unwrap_or(letter));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        Views::of(text).spelled.text
    }

    fn has(text: &str, word: &str) -> bool {
        spelled(text).contains(&format!(" {word} "))
    }

    #[test]
    fn a_sentence_is_bounded_and_a_short_one_has_its_neighbours() {
        let sentence = |text: &str, word: usize| Views::of(text).sentence_of(&(word..word + 1));
        let two = "Le gardien a vu le hall occupé. Il rappelle demain avant midi, promis.";
        assert_eq!((sentence(two, 2), sentence(two, 9)), (0..7, 7..13));
        assert_eq!(sentence("Porte du hall dégradée\n1488\nVu ce soir vers dix heures", 4), 0..10);
        let list = "mot ".repeat(200);
        assert_eq!(
            (sentence(&list, 0), sentence(&list, 100), sentence(&list, 199)),
            (0..31, 70..131, 169..200)
        );
        assert_eq!(sentence("seul", 0), 0..1);
    }

    #[test]
    fn plain_words_are_folded_and_nothing_else() {
        let views = Views::of("L'été, M. DUPÉRÉ vit au 3e ; cœur.\nÀ 12h30");
        assert_eq!(views.plain.text, " l ete m dupere vit au 3e coeur a 12h30 ");
        assert_eq!(views.typed_words(3..4), ["DUPÉRÉ"]);
        assert!(views.words[3].is_capital && !views.words.iter().any(|word| word.is_disguised));
        assert!(views.words[0].sentence < views.words.last().unwrap().sentence);
    }

    #[test]
    fn a_number_is_a_number() {
        let text = "Réf. 715 et 15/15, à 7:15";
        assert!(has(text, "715") && !["tis", "isis"].iter().any(|word| has(text, word)), "{}", spelled(text));
    }

    #[test]
    fn a_word_is_read_however_it_is_typed() {
        let all = [
            "r4d1c4l1s3",
            "rad1calise",
            "ra.di.ca.li.se",
            "radi_calise",
            "radi*calise",
            "radi\u{200b}calise",
            "radi\u{ad}calise",
            "rаdicаlise",
            "ｒａｄｉｃａｌｉｓｅ",
            "𝓻𝓪𝓭𝓲𝓬𝓪𝓵𝓲𝓼𝓮",
            "ⓡⓐⓓⓘⓒⓐⓛⓘⓢⓔ",
            "🅡adicalise",
            "r@dic@lise",
            "RADIcalise",
            "radi-\ncalise",
            "radi‐\ncalise",
            "r&#97;dicalise",
            "r%61dicalise",
            "\u{202e}esilacidar\u{202c}",
            "r😀adicalise",
            "r̶a̶d̶i̶c̶a̶l̶i̶s̶e̶",
            "RADlCALlSE",
            "radicaIise",
            "ᖇadicalise",
            "r.a.d.i.c.a.l.i.s.e",
            "72 61 64 69 63 61 6c 69 73 65",
            "cmFkaWNhbGlzZQ==",
            "7261646963616c697365",
        ];
        for text in all {
            assert!(has(text, "radicalise"), "{text:?}: {:?}", spelled(text));
        }
        assert!(has("F.S.P.R.T.", "fsprt"), "an abbreviation is a word");
        assert_eq!(Views::of("il est r a d i c a l i s é depuis").runs.text, " radicalise ");
        assert!(Views::of("il a d a e c h chez lui").runs.text.contains("daech"));
        assert_eq!(Views::of("Foxtrot India Charlie Hotel Echo").runs.text, " fiche ");
    }

    #[test]
    fn what_is_typed_by_nobody_by_accident_is_marked() {
        let is_disguised = |text: &str| Views::of(text).words.iter().any(|word| word.is_disguised);
        for text in [
            "r4dical",
            "rad\u{200b}ical",
            "rаdical",
            "radicaaaal",
            "r@dical",
            "ｒadical",
            "r.a.d.i.c",
            "RADlCAL",
            "radicaIe",
        ] {
            assert!(is_disguised(text), "{text:?}");
        }
        for text in [
            "12h30",
            "3e",
            "RT2012",
            "porte-à-porte",
            "l'été",
            "Мария",
            "F05a",
            "h/f",
            "B 12",
            "2 000 €",
            "ok!",
            "F.S.P.R.T.",
            "c-à-d",
            "HLM",
            "iPhone",
            "CLSPDR",
        ] {
            assert!(!is_disguised(text), "{text:?}");
        }
    }

    #[test]
    fn a_message_on_one_line_is_what_was_written() {
        let all = [(r"a\nb", "a\nb"), (r"a\\nb", r"a\nb"), (r"C:\tmp\", r"C:\tmp\"), ("", "")];
        for (line, text) in all {
            assert_eq!(unescaped(line), text);
        }
    }

    #[test]
    fn no_text_is_too_odd() {
        let mut random = fastrand::Rng::with_seed(7);
        let odd: Vec<char> = "aé1-.\n \u{202e}\u{202c}\u{ad}&#;%4жⓡ😀'’\u{301}".chars().collect();
        for _ in 0..20_000 {
            let text: String = (0..random.usize(0..24)).filter_map(|_| random.choice(&odd)).collect();
            let views = Views::of(&text);
            for word in 0..views.words.len() {
                assert!(!views.typed_words(word..word + 1)[0].is_empty(), "{text:?}");
            }
        }
    }
}
