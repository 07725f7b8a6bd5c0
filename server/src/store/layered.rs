//! A table whose newest changes lie in memory, until it is settled.
//!
//! The index changes with every batch, and what it says can be had from the journal again; so its
//! changes are kept here and reach the table underneath in one go, before a journal file is unlinked.
//! A list that grew a hundred times meanwhile is then written once.

use super::table::{Change, Table, Visit};
use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::io;
use std::ops::{Bound, ControlFlow};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Values by key; none where the entry is removed.
type Layer = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A table with a layer of changes above it.
#[derive(Debug)]
pub struct Layered {
    table: Box<dyn Table>,
    layers: RwLock<Layers>,
}

#[derive(Debug, Default)]
struct Layers {
    /// What changed since the table was settled last.
    recent: Layer,
    /// What is on its way to the table.
    settling: Layer,
}

impl Layered {
    /// A table with nothing above it yet.
    #[must_use]
    pub fn over(table: Box<dyn Table>) -> Self {
        Self { table, layers: RwLock::default() }
    }

    /// The value of a key.
    ///
    /// # Errors
    /// That the table cannot be used.
    pub fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let layers = self.read();
        match layers.recent.get(key).or_else(|| layers.settling.get(key)) {
            Some(value) => Ok(value.clone()),
            // Under the lock, so that nothing settles between both looks.
            None => self.table.get(key),
        }
    }

    /// Visits the entries from a key up to another, which is left out, in order.
    ///
    /// # Errors
    /// That the table cannot be used.
    pub fn visit(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> io::Result<()> {
        let layers = self.read();
        let range = (Bound::Included(from), Bound::Excluded(to));
        let mut above = Above {
            recent: layers.recent.range::<[u8], _>(range),
            settling: layers.settling.range::<[u8], _>(range),
            next: None,
        };
        above.advance();
        let mut ended = false;
        self.table.visit(from, to, &mut |key, value| {
            if above.before(key, visit).is_break() {
                ended = true;
                return ControlFlow::Break(());
            }
            // What lies above has been shown, or was removed.
            if above.takes(key) {
                return ControlFlow::Continue(());
            }
            let flow = visit(key, value);
            ended = flow.is_break();
            flow
        })?;
        if !ended {
            let _ = above.before(to, visit);
        }
        Ok(())
    }

    /// Makes some changes, all of them or none in the eyes of everybody else; the later one counts
    /// where two have one key.
    pub fn apply(&self, changes: Vec<Change>) {
        self.write().recent.extend(changes);
    }

    /// Brings everything so far to the table, and the table to the disk. Changes go on meanwhile.
    ///
    /// # Errors
    /// That the table cannot be used.
    pub fn settle(&self) -> io::Result<()> {
        {
            let mut layers = self.write();
            let recent = std::mem::take(&mut layers.recent);
            // What did not get through the last time lies under what came since.
            layers.settling.extend(recent);
        }
        let changes: Vec<Change> =
            self.read().settling.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        self.table.apply(changes)?;
        self.write().settling.clear();
        self.table.flush()
    }

    fn read(&self) -> RwLockReadGuard<'_, Layers> {
        self.layers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Layers> {
        self.layers.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The two layers above a table, in the order of their keys, the recent one covering the other.
struct Above<'a> {
    recent: Range<'a, Vec<u8>, Option<Vec<u8>>>,
    settling: Range<'a, Vec<u8>, Option<Vec<u8>>>,
    next: Option<(&'a [u8], Option<&'a [u8]>)>,
}

impl Above<'_> {
    fn advance(&mut self) {
        let (recent, settling) = (self.recent.clone().next(), self.settling.clone().next());
        let takes_recent = match (recent, settling) {
            (Some((recent, _)), Some((settling, _))) => recent <= settling,
            (recent, _) => recent.is_some(),
        };
        if recent.map(|(key, _)| key) == settling.map(|(key, _)| key) {
            self.settling.next();
        }
        let next = if takes_recent { self.recent.next() } else { self.settling.next() };
        self.next = next.map(|(key, value)| (key.as_slice(), value.as_deref()));
    }

    /// Shows what lies before a key.
    fn before(&mut self, end: &[u8], visit: &mut Visit<'_>) -> ControlFlow<()> {
        while let Some((key, value)) = self.next.filter(|(key, _)| *key < end) {
            if let Some(value) = value {
                visit(key, value)?;
            }
            self.advance();
        }
        ControlFlow::Continue(())
    }

    /// Whether this very key lies above; it is shown before what comes after it.
    fn takes(&self, key: &[u8]) -> bool {
        self.next.is_some_and(|(next, _)| next == key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::{Disk, OsDisk};
    use super::*;

    fn check(table: &Layered, from: &str, to: &str, expected: &[(&str, &str)]) {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut met = Vec::new();
        let mut visit = |key: &[u8], value: &[u8]| {
            met.push((text(key), text(value)));
            ControlFlow::Continue(())
        };
        table.visit(from.as_bytes(), to.as_bytes(), &mut visit).unwrap();
        let met: Vec<_> = met.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(met, expected, "from {from} to {to}");
        for (key, value) in expected {
            assert_eq!(table.get(key.as_bytes()).unwrap().as_deref(), Some(value.as_bytes()), "{key}");
        }
    }

    fn set(key: &str, value: &str) -> Change {
        (key.as_bytes().to_vec(), Some(value.as_bytes().to_vec()))
    }

    fn gone(key: &str) -> Change {
        (key.as_bytes().to_vec(), None)
    }

    #[test]
    fn what_changed_lies_over_what_is_settled() {
        let dir = tempfile::tempdir().unwrap();
        let table = Layered::over(OsDisk::at(dir.path()).table("table").unwrap());
        table.apply(vec![set("b", "1"), set("d", "1"), set("f", "1"), set("h", "1")]);
        table.settle().unwrap();
        table.apply(vec![set("a", "2"), set("d", "2"), gone("f"), set("i", "2")]);
        let expected = [("a", "2"), ("b", "1"), ("d", "2"), ("h", "1"), ("i", "2")];
        check(&table, "", "z", &expected);
        check(&table, "b", "h", &expected[1..3]);
        check(&table, "c", "i", &expected[2..4]);
        assert_eq!(table.get(b"f").unwrap(), None);

        // Something on its way to the table, and newer things above it.
        let recent = std::mem::take(&mut table.write().recent);
        table.write().settling = recent;
        table.apply(vec![set("a", "3"), gone("d"), set("e", "3"), set("f", "3")]);
        let expected = [("a", "3"), ("b", "1"), ("e", "3"), ("f", "3"), ("h", "1"), ("i", "2")];
        check(&table, "", "z", &expected);
        table.settle().unwrap();
        check(&table, "", "z", &expected);
        assert!(table.read().recent.is_empty() && table.read().settling.is_empty());
    }

    #[test]
    fn a_visit_ends_where_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let table = Layered::over(OsDisk::at(dir.path()).table("table").unwrap());
        table.apply(vec![set("b", "1"), set("d", "1")]);
        table.settle().unwrap();
        table.apply(vec![set("a", "2"), set("c", "2"), set("e", "2")]);
        for end in ["a", "b", "c", "d", "e"] {
            let mut met = Vec::new();
            let mut visit = |key: &[u8], _: &[u8]| {
                met.push(key.to_vec());
                if key == end.as_bytes() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            table.visit(b"", b"z", &mut visit).unwrap();
            assert_eq!(met.last().unwrap(), end.as_bytes());
        }
    }
}
