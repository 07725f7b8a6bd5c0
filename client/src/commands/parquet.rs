//! `pli parquet`: the root that certifies the hats of the parquet.

use super::{authority, cards, flow, old_passphrase, ruleset};
use crate::authority::founding::Founding;
use crate::authority::reopening::Reopening;
use crate::authority::rules::{Next, NomenclatureText};
use crate::authority::{Half, RootFolder};
use crate::cli::{Common, Parquet, RootDir};
use crate::failure::Failure;
use crate::show::Show;
use serde_json::json;
use shared::log::{Continued, WitnessKey};
use shared::statement::Ruleset;
use std::path::Path;

pub(super) async fn run(command: Parquet, common: &Common, show: &Show) -> Result<(), Failure> {
    match command {
        Parquet::Init(root) => authority::init(Half::Parquet, &root, common, show),
        Parquet::Sign { root, file, yes } => sign(&root, &file, yes, common, show),
        Parquet::Certify(wanted) => authority::invite(Half::Parquet, *wanted, common, show).await,
        Parquet::Cards(command) => cards::run(Half::Parquet, command, common, show).await,
    }
}

fn sign(root: &RootDir, file: &Path, yes: bool, common: &Common, show: &Show) -> Result<(), Failure> {
    let passphrase = old_passphrase(common, show)?;
    let folder = RootFolder::open(&root.dir, Half::Parquet, &passphrase)?;
    if Reopening::is_in(file) {
        return reopen(&folder, file, yes, show);
    }
    if Next::<Ruleset>::is_in(file) {
        return ruleset::sign(&folder, file, yes, show);
    }
    if Next::<NomenclatureText>::is_in(file) {
        return flow::sign(&folder, file, yes, show);
    }
    let founding = Founding::read(&folder, file)?;
    let root = &founding.root;
    show.aside(
        "parquet-shown",
        &[
            ("log", root.relay.log_origin.clone().into()),
            ("months", root.log_months.into()),
            ("count", founding.nomenclature.flows.len().into()),
            ("fingerprint", founding.fingerprint.to_string().into()),
        ],
    );
    let witnesses = &root.witnesses;
    if !witnesses.keys.is_empty() {
        let names: Vec<_> = witnesses.keys.iter().map(WitnessKey::name).collect();
        let arguments = [("needed", witnesses.needed.into()), ("names", names.join(", ").into())];
        show.aside("parquet-shown-witnesses", &arguments);
    }
    if !show.confirms("parquet-confirm", yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    let founding = founding.sign(&folder)?;
    founding.write(file)?;
    let object = json!({
        "fingerprint": founding.fingerprint.to_string(),
        "log_origin": founding.root.relay.log_origin,
        "flows": founding.nomenclature.flows.len(),
        "witnesses": founding.root.witnesses.keys,
        "witnesses_needed": founding.root.witnesses.needed,
        "file": file,
    });
    show.result(&object, |words| {
        vec![words.say("parquet-signed", &[("file", file.display().to_string().into())])]
    });
    Ok(())
}

fn reopen(folder: &RootFolder, file: &Path, yes: bool, show: &Show) -> Result<(), Failure> {
    let drafted = Reopening::read(folder, file)?;
    let Continued { origin, restored, newest } = drafted.continued.clone();
    let opened = drafted.root.relay.log_origin.clone();
    show.aside(
        "parquet-shown-reopening",
        &[
            ("log", opened.clone().into()),
            ("earlier", origin.clone().into()),
            ("size", restored.size.to_string().into()),
            ("newest", newest.size.to_string().into()),
        ],
    );
    if !show.confirms("parquet-confirm", yes) {
        show.aside("nothing-done", &[]);
        return Ok(());
    }
    drafted.sign(folder)?.write(file)?;
    let object = json!({
        "log_origin": opened,
        "earlier": origin,
        "restored": restored.size,
        "newest": newest.size,
        "file": file,
    });
    show.result(&object, |words| {
        vec![words.say("parquet-signed-reopening", &[("file", file.display().to_string().into())])]
    });
    Ok(())
}
