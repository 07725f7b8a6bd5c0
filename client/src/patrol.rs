//! Results of patrols: whose buildings are known on this device, and who of each landlord is written to.
//!
//! Both are asked without the relay: what this member received of lists lies in working copies, and who belongs was
//! proved before. Which letters are lists of buildings, the nomenclature says: a table with an address, and an
//! organisation that owns what stands there, for the whole list or in each row. An organisation that lists buildings
//! for another one is not believed. How rows are split is [`shared::patrol`].

use crate::copies::{self, Kept};
use crate::failure::Failure;
use crate::faults::Faults;
use crate::form::by_name;
use crate::recipients::{self, Place, Resolved};
use crate::session::Session;
use crate::table;
use shared::authorise::chartered;
use shared::directory::Directory;
use shared::form::{self, Form, Typed};
use shared::ids::{FieldName, FlowCode, MemberId, OrganisationId};
use shared::nomenclature::{Class, Field, FieldKind, Flow, Nomenclature, Table};
use shared::patrol::{Building, Buildings, Place as At, Source};
use shared::refusal::Refusal;
use shared::statement::Card;
use shared::time::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;

/// What columns of a building and of a hall are called, where a table has them.
const BUILDING: &str = "batiment";
const HALL: &str = "hall";

/// Where the rows of a flow say where somebody was.
pub struct Columns {
    address: usize,
    building: Option<usize>,
    hall: Option<usize>,
    day: Option<usize>,
}

impl Columns {
    /// Those of a flow, if its rows have an address.
    #[must_use]
    pub fn of(flow: &Flow) -> Option<Self> {
        let columns = flow.table.as_ref().map(|table| table.columns.as_slice())?;
        let of_kind = |kind| columns.iter().position(|column| column.kind == kind);
        let named = |name: &str| columns.iter().position(|column| column.name.as_str() == name);
        Some(Self {
            address: of_kind(FieldKind::Address)?,
            building: named(BUILDING),
            hall: named(HALL),
            day: of_kind(FieldKind::Date),
        })
    }

    /// Where a row was, if it says so.
    #[must_use]
    pub fn place(&self, row: &[String]) -> Option<At> {
        let hall = [cell(row, self.building), cell(row, self.hall)].join(" ").trim().to_owned();
        Some(At { address: row.get(self.address)?.parse().ok()?, hall })
    }

    /// The first and the last day of some rows.
    #[must_use]
    pub fn days<'a>(&self, rows: impl Iterator<Item = &'a Vec<String>>) -> Option<(String, String)> {
        let days: Vec<_> = rows.map(|row| cell(row, self.day)).filter(|day| !day.is_empty()).collect();
        let (first, last) = (days.iter().min()?, days.iter().max()?);
        Some(((*first).to_owned(), (*last).to_owned()))
    }

    fn building(&self, row: &[String], landlord: OrganisationId) -> Option<Building> {
        let address = row.get(self.address)?.parse().ok()?;
        let (building, hall) = (cell(row, self.building).to_owned(), cell(row, self.hall).to_owned());
        Some(Building { address, building, hall, landlord })
    }
}

/// Whether what a flow sends is split by whose building each row is about: its rows have an address, it asks for nothing
/// beside them, and it answers somebody's own list of addresses.
#[must_use]
pub fn is_split(flow: &Flow, rules: &Nomenclature) -> bool {
    let answers_a_list = |code: &FlowCode| rules.flow(code).is_some_and(|list| Columns::of(list).is_some());
    Columns::of(flow).is_some() && flow.fields.is_empty() && flow.answers.iter().any(answers_a_list)
}

/// Every place that a form names: the row, where it is in the table, the field, and where it is.
#[must_use]
pub fn places<'a>(flow: &'a Flow, form: &Form) -> Vec<(Option<usize>, &'a FieldName, At)> {
    let said = |name: &str| form.field(name).unwrap_or_default();
    let hall = [said(BUILDING), said(HALL)].join(" ").trim().to_owned();
    let address =
        |name: &str| flow.fields.iter().find(|field| field.name.as_str() == name && is_address(field));
    let fields = form.fields().iter().filter_map(|(name, text)| {
        let at = At { address: text.parse().ok()?, hall: hall.clone() };
        Some((None, &address(name)?.name, at))
    });
    let columns = Columns::of(flow).zip(flow.table.as_ref());
    let rows = columns.iter().flat_map(|(columns, table)| {
        let field = table.columns.get(columns.address).map(|column| &column.name);
        let place =
            move |(number, row): (usize, &Vec<String>)| Some((Some(number), field?, columns.place(row)?));
        form.rows().iter().enumerate().filter_map(place)
    });
    fields.chain(rows).collect()
}

fn is_address(field: &Field) -> bool {
    field.kind == FieldKind::Address
}

fn cell(row: &[String], column: Option<usize>) -> &str {
    column.and_then(|column| row.get(column)).map_or("", String::as_str)
}

/// The buildings that letters of this member list, which were opened on this device and live. Of each landlord's own
/// lists the newest counts, and of each table: what an older one says may have been sold since.
#[must_use]
pub fn known(session: &Session, rules: &Nomenclature) -> Buildings {
    let mut own: BTreeMap<(FlowCode, OrganisationId), (Timestamp, Form)> = BTreeMap::new();
    let mut tables: BTreeMap<FlowCode, (Timestamp, Form)> = BTreeMap::new();
    for Kept { copy, opened, .. } in copies::all(session, |_| true) {
        let core = &opened.note.core;
        let Some(flow) = rules.flow(&core.flow).filter(|flow| flow.class == Class::N0) else { continue };
        let (Some(_), Some(form)) = (Columns::of(flow), opened.note.form(rules)) else { continue };
        let newer = |before: Option<&(Timestamp, Form)>| before.is_none_or(|(made, _)| *made < core.created);
        if owner_column(flow).is_some() {
            if newer(tables.get(&core.flow)) {
                tables.insert(core.flow.clone(), (core.created, form));
            }
        } else if let Some(named) = owner_field(flow, &form)
            && copy.from.1.as_deref() == Some(named.as_str())
        {
            let place = (core.flow.clone(), named);
            if newer(own.get(&place)) {
                own.insert(place, (core.created, form));
            }
        }
    }
    let mut buildings = Buildings::default();
    for ((code, landlord), (_, form)) in own {
        if let Some(columns) = rules.flow(&code).and_then(Columns::of) {
            let rows = form.rows().iter().filter_map(|row| columns.building(row, landlord.clone()));
            rows.for_each(|building| buildings.add(Source::Landlord, &building));
        }
    }
    for (code, (_, form)) in tables {
        if let Some(flow) = rules.flow(&code) {
            add_table(&mut buildings, Source::Table, flow, &form);
        }
    }
    buildings
}

fn add_table(buildings: &mut Buildings, source: Source, flow: &Flow, form: &Form) {
    let (Some(columns), Some(owner)) = (Columns::of(flow), owner_column(flow)) else { return };
    for row in form.rows() {
        let landlord = row.get(owner).and_then(|landlord| landlord.parse().ok());
        let building = landlord.and_then(|landlord| columns.building(row, landlord));
        building.iter().for_each(|building| buildings.add(source, building));
    }
}

/// The column that says whose each row is.
fn owner_column(flow: &Flow) -> Option<usize> {
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    columns.iter().position(|column| column.kind == FieldKind::Organisation)
}

/// Whose the whole list is, as it says.
fn owner_field(flow: &Flow, form: &Form) -> Option<OrganisationId> {
    let field = flow.fields.iter().find(|field| field.kind == FieldKind::Organisation)?;
    form.field(field.name.as_str())?.parse().ok()
}

/// Adds the buildings of a file, `adresse;batiment;hall;bailleur`, for whoever received no list.
///
/// # Errors
/// [`Failure::Table`] or [`Failure::Form`]: what is wrong with it, by line.
pub fn add_file(
    buildings: &mut Buildings,
    file: &Path,
    (like, rules, directory): (&Flow, &Nomenclature, &Directory),
) -> Result<(), Failure> {
    let column = |name: &str, label: &str, kind, required| -> Option<Field> {
        let name: FieldName = name.parse().ok()?;
        let (label, list, help) = (label.to_owned(), None, String::new());
        Some(Field {
            name,
            label,
            kind,
            required,
            several: false,
            list,
            min: None,
            max: None,
            not_before: None,
            when: None,
            help,
        })
    };
    let columns = [
        column("adresse", "Adresse", FieldKind::Address, true),
        column(BUILDING, "Bâtiment", FieldKind::Line, false),
        column(HALL, "Hall", FieldKind::Line, false),
        column("bailleur", "Bailleur", FieldKind::Organisation, true),
    ];
    let columns: Vec<_> = columns.into_iter().flatten().collect();
    let rows = table::read(file, &columns)?;
    let flow = Flow { fields: Vec::new(), table: Some(Table { required: true, columns }), ..like.clone() };
    let mut typed = Typed { fields: Vec::new(), rows };
    by_name(&mut typed, &flow, directory);
    let form = form::check(&flow, &rules.lists, &typed).map_err(|faults| Faults::of(&flow, faults))?;
    add_table(buildings, Source::File, &flow, &form);
    Ok(())
}

/// Who of a landlord is written to: everybody of its organisation in the group who may receive the flow, and whoever
/// of the same organisation stands in for them. Nobody of another organisation, whatever delegations say.
///
/// # Errors
/// [`Refusal`] if the writer may write to nobody there.
pub fn readers(place: &Place<'_>, landlord: &OrganisationId) -> Result<Resolved, Refusal> {
    let Place { directory, group, flow, own, now, .. } = *place;
    let (roster, _) = directory.roster(group).ok_or(Refusal::NotAMember)?;
    let is_theirs = |card: &Card| card.organisation.id == *landlord && card.member != *own;
    let may_read = |member: &&MemberId| {
        let receives =
            directory.card(member).is_some_and(|card| is_theirs(card) && flow.to.contains(&card.function));
        receives
            && !directory.devices_in(group, member, now).is_empty()
            && chartered(group, member, flow.class, directory, now).is_ok()
    };
    let handles: Vec<_> =
        roster.seats.iter().map(|seat| &seat.member).filter(may_read).map(ToString::to_string).collect();
    if handles.is_empty() {
        return Ok(Resolved::default());
    }
    let mut resolved = recipients::resolve(place, &handles)?;
    resolved.to.retain(|member| directory.card(member).is_some_and(is_theirs));
    Ok(resolved)
}
