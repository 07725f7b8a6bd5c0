//! After the storm: everything that was promised is there.

use super::run::Run;
use super::stage::{CALM, Released, Reply};
use crate::disk::{Survival, without_zeros};
use crate::whole::{log_is_whole, records};
use crate::world::BAILLEUR;
use pli_server::check::check_in;
use pli_server::relay::Relay;
use pli_server::revoke::Revocation;
use pli_server::store::{Folder, Home};
use shared::authorise::lost;
use shared::log::Act;
use shared::message::{GrantList, InvalidMessage};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::wire::Answer;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

impl Run {
    /// After the storm: everything that was promised is there.
    pub(super) fn verify(&mut self) -> Result<(), String> {
        self.stage.weather.set(CALM);
        self.disk.calm();
        // Most runs end with a loss of power, so that nothing rests on what was not synced.
        if self.engine.is_none() || self.stage.chance(700) {
            self.survival = self.survival.take().or(self.stage.chance(500).then_some(Survival::Lost));
            self.die(true, "at the end")?;
        }
        let dead = "the relay does not start after the storm";
        if self.engine.is_none() {
            self.start().map_err(|error| format!("{dead}: {error}"))?;
        }
        self.lost_is_destroyed()?;
        self.taken_back_is_gone()?;
        self.released_is_logged()?;
        self.confirmed_is_kept()?;
        self.look()?;
        self.log_is_whole()?;
        self.folder_verifies()
    }

    fn relay(&self) -> Relay {
        self.stage.relay.borrow().clone().unwrap()
    }

    fn released_is_logged(&self) -> Result<(), String> {
        let relay = self.relay();
        for Released { message, index, leaf } in &self.stage.model.borrow().released {
            if relay.files().leaf(*index).ok().as_ref() != Some(leaf) {
                return Err(format!("a grant of {message} was released, and leaf {index} does not say so"));
            }
        }
        Ok(())
    }

    /// Of what was taken back nothing lies on the disk that could be opened: no grant, and not the note.
    fn taken_back_is_gone(&self) -> Result<(), String> {
        let model = self.stage.model.borrow();
        let taken: Vec<_> = model.retired.iter().filter(|(_, confirmed)| **confirmed).collect();
        let mut names = self.disk.all_files();
        names.retain(|name| {
            !taken.is_empty() && (name.starts_with("journal/") || name.starts_with("segments/"))
        });
        let mut files: Vec<_> = names.iter().filter_map(|name| self.disk.file(name)).collect();
        // Behind the last batch of a journal stand zeros, and many.
        files.iter_mut().for_each(|file| file.truncate(without_zeros(file)));
        for (id, _) in taken {
            let envelope = &model.letters[id].letter.envelope;
            for sealed in envelope.grants.iter().chain([&envelope.note]) {
                let last = &sealed[sealed.len() - 64..];
                if files.iter().any(|bytes| bytes.windows(64).any(|piece| piece == last)) {
                    return Err(format!("{id} was taken back, and something of it is on the disk"));
                }
            }
        }
        Ok(())
    }

    /// What waits for those who are not in the group is on no page of the relay's homes.
    fn lost_is_destroyed(&mut self) -> Result<(), String> {
        let relay = self.relay();
        let Some(engine) = &mut self.engine else { return Ok(()) };
        let done = engine.run(async { Revocation::default().pass(&relay).await });
        done.map_err(|error| format!("the relay fails in calm weather: {error}"))?;
        let (now, snapshot) = (self.stage.world.now(), relay.snapshot());
        let model = self.stage.model.borrow();
        let days = relay.store().days().map_err(|error| error.to_string())?;
        for home in days.into_iter().map(|day| Home::Segment { day }) {
            let end = relay.store().end(home).map_err(|error| error.to_string())?;
            let length = usize::try_from(end).unwrap();
            let bytes = relay.store().read(home, 0, length).map_err(|error| error.to_string())?;
            let bytes = bytes.unwrap_or_default();
            for told in model.letters.values() {
                let list: GrantList = told.letter.envelope.grant_list.peek().unwrap();
                for (entry, sealed) in list.grants.iter().zip(&told.letter.envelope.grants) {
                    let is_lost = lost(told.letter.core.group, false, entry.device, &snapshot.directory, now);
                    // Its last bytes are as good as all of it: they are sealed, and no other has them.
                    if is_lost && bytes.windows(64).any(|piece| piece == &sealed[sealed.len() - 64..]) {
                        return Err(format!("a grant of {} waits for a lost device", told.letter.id));
                    }
                }
            }
        }
        Ok(())
    }

    /// Every confirmed message that lives is read once more by everybody to whom it is.
    fn confirmed_is_kept(&mut self) -> Result<(), String> {
        let confirmed: Vec<_> = {
            let model = self.stage.model.borrow();
            model.confirmed.iter().map(|id| Rc::clone(&model.letters[id])).collect()
        };
        for told in confirmed {
            let (id, now) = (told.letter.id, self.stage.world.now());
            if now >= told.letter.core.expires {
                self.stage.model.borrow_mut().summary.expired += 1;
                continue;
            }
            let retired = self.stage.model.borrow().retired.get(&id).copied();
            for person in told.to.clone() {
                let device = self.stage.world.people[person].device();
                let seat =
                    self.relay().snapshot().directory.seat(self.stage.world.group, device, now).is_some();
                let ask = told.letter.claim("suivi", None);
                let signed = self.stage.world.people[person].request(ask, now);
                let reply = self.ask(person, &signed);
                match (reply, seat) {
                    // All of it or nothing, where the answer was lost.
                    (Reply::Answer(Answer::Refused(refused), ..), _)
                        if refused.refusal == Refusal::Retired && retired.is_some() => {}
                    (Reply::Answer(Answer::Claimed(_), ..), _) if retired == Some(true) => {
                        return Err(format!("{id} was taken back, and {person} was given it"));
                    }
                    (Reply::Answer(Answer::Claimed(_), frames, _), true) => {
                        let directory = Arc::clone(&self.relay().snapshot().directory);
                        let read =
                            self.stage.world.read(&directory, person, &told.letter, &frames[1], &frames[2]);
                        // A writer who left is another story than a message that is lost.
                        if let Err(invalid) = read
                            && !matches!(invalid, InvalidMessage::Rule(_) | InvalidMessage::Header)
                        {
                            return Err(format!("{id} was confirmed and does not open: {invalid}"));
                        }
                    }
                    // Whoever was out of the group once has lost what waited for them then.
                    (Reply::Answer(Answer::Refused(refused), ..), seat)
                        if refused.refusal == Refusal::NotFound
                            && (!seat || (person == BAILLEUR && self.stage.has_left.get())) => {}
                    (Reply::Answer(answer, ..), _) => {
                        return Err(format!(
                            "{id} was confirmed, and {person} (seated: {seat}) got {answer:?}"
                        ));
                    }
                    (Reply::Nothing, _) => return Err(format!("{id} was confirmed, and nothing came")),
                }
            }
        }
        Ok(())
    }

    /// Asks in calm weather.
    fn ask(&mut self, person: usize, signed: &Signed) -> Reply {
        let stage = Rc::clone(&self.stage);
        let asked = stage.say(person, signed, &[]);
        let Some(engine) = &mut self.engine else { return Reply::Nothing };
        match engine.run(asked) {
            Ok(reply) => reply.unwrap_or(Reply::Nothing),
            Err(error) => {
                stage.violated(format!("the relay fails in calm weather: {error}"));
                Reply::Nothing
            }
        }
    }

    /// Each record is on somebody's word, and no letter ends twice, however often the relay died over it.
    fn acts_are_attested(&self) -> Result<(), String> {
        let relay = self.relay();
        let directory = &relay.snapshot().directory;
        let mut ended = BTreeSet::new();
        for record in records(&self.stage.world, &relay) {
            if !record.is_attested(directory) {
                return Err(format!("record {} is on nobody's word", record.index));
            }
            if record.act == Act::Expiry && !ended.insert(record.item) {
                return Err(format!("the end of {:?} is recorded twice", record.item));
            }
        }
        Ok(())
    }

    /// The log is the one that was shown to everybody.
    fn log_is_whole(&self) -> Result<(), String> {
        let model = self.stage.model.borrow();
        let records = log_is_whole(&self.relay(), &model.trees)?;
        if records < model.released.len().min(1) {
            return Err("there are releases and no records".to_owned());
        }
        self.acts_are_attested()?;
        Ok(())
    }

    fn folder_verifies(&mut self) -> Result<(), String> {
        *self.stage.relay.borrow_mut() = None;
        let Some(engine) = self.engine.take() else { return Ok(()) };
        engine.close().map_err(|error| format!("no clean stop: {error}"))?;
        let folder = Folder::on(Arc::new(self.disk.clone())).map_err(|error| error.to_string())?;
        let report = check_in(&folder, self.stage.world.now()).map_err(|error| error.to_string())?;
        match report.faults.first() {
            Some(fault) => Err(format!("check finds a fault: {fault:?}")),
            None => Ok(()),
        }
    }
}
