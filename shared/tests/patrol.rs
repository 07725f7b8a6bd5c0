//! Ten thousand rows of a patrol and thirty landlords: each row goes to the owner of its building or to nobody.
//!
//! A town is drawn from a seed: who owns what is known here, the lists say it in part, and the rows spell it as people
//! do. `PLI_SEED=17 cargo test -p pli-shared --test members patrol` draws one again.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a seed is printed")]

use fastrand::Rng;
use shared::ids::OrganisationId;
use shared::patrol::{Building, Buildings, Place, Source, Unmatched};

const ROWS: usize = 10_000;
const LANDLORDS: usize = 30;
const ADDRESSES: usize = 2_000;
const HALLS: usize = 4;

const STREETS: [&str; 8] = [
    "rue des Lilas",
    "avenue de l’Égalité",
    "boulevard Saint-Just",
    "allée du Docteur Calmette",
    "place de la République",
    "square Élisée-Reclus",
    "impasse des Prés",
    "résidence Les Tilleuls",
];

/// One address, and who owns each of its halls.
struct Estate {
    number: usize,
    street: &'static str,
    owners: [usize; HALLS],
    /// Whether any list has it.
    is_listed: bool,
}

impl Estate {
    fn draw(number: usize, rng: &mut Rng) -> Self {
        let mut owners = [rng.usize(..LANDLORDS); HALLS];
        if rng.u8(..100) < 15 {
            owners = std::array::from_fn(|_| rng.usize(..LANDLORDS));
        }
        Self { number, street: STREETS[number % STREETS.len()], owners, is_listed: rng.u8(..100) < 95 }
    }

    fn is_shared(&self) -> bool {
        self.owners.iter().any(|owner| *owner != self.owners[0])
    }

    fn spelled(&self, rng: &mut Rng) -> String {
        let text = format!("{} {}, 93200 Saint-Denis", self.number, self.street);
        match rng.u8(..5) {
            0 => text.to_uppercase(),
            1 => text.replace(['é', 'É'], "e").replace('’', "'").replace(',', ""),
            2 => text
                .replace("avenue", "av.")
                .replace("boulevard", "Bd")
                .replace("Saint", "St")
                .replace("place", "pl"),
            3 => text.replace(' ', "  ").replace('-', " "),
            _ => text,
        }
    }
}

fn landlord(number: usize) -> OrganisationId {
    format!("bailleur-{number}").parse().unwrap()
}

fn hall(number: usize, rng: &mut Rng) -> String {
    let letter = char::from(b'A' + u8::try_from(number).unwrap());
    match rng.u8(..3) {
        0 => format!("Hall {letter}"),
        1 => letter.to_lowercase().to_string(),
        _ => letter.to_string(),
    }
}

/// What the lists say: nothing false of who owns what today, but in the table, which may be older than what landlords
/// say themselves.
fn listed(town: &[Estate], rng: &mut Rng) -> Buildings {
    let mut buildings = Buildings::default();
    for estate in town.iter().filter(|estate| estate.is_listed) {
        let mut add = |source, rng: &mut Rng, of: Option<usize>, owner: usize| {
            let hall = of.map(|number| hall(number, rng)).unwrap_or_default();
            let address = estate.spelled(rng).parse().unwrap();
            buildings
                .add(source, &Building { address, building: String::new(), hall, landlord: landlord(owner) });
        };
        if estate.is_shared() {
            let source = if rng.bool() { Source::Landlord } else { Source::Table };
            (0..HALLS).for_each(|number| add(source, rng, Some(number), estate.owners[number]));
            if rng.bool() {
                // Some of its landlords also say that the address is theirs, and mean what they own there.
                add(Source::Landlord, rng, None, estate.owners[0]);
            }
        } else {
            add(Source::Landlord, rng, None, estate.owners[0]);
            match rng.u8(..3) {
                0 => add(Source::Table, rng, Some(1), estate.owners[0]),
                1 => add(Source::Table, rng, None, rng.clone().usize(..LANDLORDS)),
                _ => {}
            }
        }
    }
    buildings
}

#[test]
fn each_row_goes_to_the_owner_of_its_building_or_to_nobody() {
    let seed = 2026;
    let rng = &mut Rng::with_seed(seed);
    let town: Vec<_> = (1..=ADDRESSES).map(|number| Estate::draw(number, rng)).collect();
    let buildings = listed(&town, rng);
    let rows: Vec<(Option<Place>, Result<usize, Unmatched>)> = (0..ROWS)
        .map(|_| {
            if rng.u8(..100) == 0 {
                return (None, Err(Unmatched::NoAddress));
            }
            let estate = &town[rng.usize(..ADDRESSES)];
            let number = (rng.u8(..100) < 70).then(|| rng.usize(..HALLS));
            let hall = number.map(|number| hall(number, rng)).unwrap_or_default();
            let expected = match (estate.is_listed, estate.is_shared(), number) {
                (false, ..) => Err(Unmatched::Unknown),
                (true, true, None) => Err(Unmatched::NeedsHall),
                (true, true, Some(number)) => Ok(estate.owners[number]),
                (true, false, _) => Ok(estate.owners[0]),
            };
            (Some(Place { address: estate.spelled(rng).parse().unwrap(), hall }), expected)
        })
        .collect();

    let split = buildings.split(rows.iter().map(|(place, _)| place.as_ref()));

    let mut found: Vec<Option<Result<OrganisationId, Unmatched>>> = vec![None; ROWS];
    for (landlord, places) in &split.for_landlord {
        assert!(places.is_sorted(), "rows stay in their order");
        for place in places {
            assert_eq!(found[*place].replace(Ok(landlord.clone())), None, "row {place} goes twice");
        }
    }
    for (place, why) in &split.unmatched {
        assert_eq!(found[*place].replace(Err(*why)), None, "row {place} goes, and does not");
    }
    for (place, (_, expected)) in rows.iter().enumerate() {
        assert_eq!(found[place], Some(expected.map(landlord)), "row {place}");
    }
    assert!(split.for_landlord.len() == LANDLORDS && split.unmatched.len() > ROWS / 100);
}
