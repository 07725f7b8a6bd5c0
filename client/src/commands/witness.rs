//! `pli witness`: who watches the log, on a machine of another organisation than the relay's.

use super::{new_passphrase, old_passphrase};
use crate::cli::{Common, Watch, Witness};
use crate::failure::Failure;
use crate::session::Session;
use crate::show::{Show, exact_time};
use crate::witness::{self, Seen, WitnessFolder};
use serde_json::json;
use shared::seal::WORK_FACTOR_SEAL;
use std::path::Path;

pub(super) async fn run(command: Witness, common: &Common, show: &Show) -> Result<(), Failure> {
    match command {
        Witness::Init { dir, name } => init(&dir, &name, common, show),
        Witness::Run(wanted) => watch(&wanted, common, show).await,
    }
}

fn init(dir: &Path, name: &str, common: &Common, show: &Show) -> Result<(), Failure> {
    let passphrase = new_passphrase(common, show)?;
    let folder = WitnessFolder::create(dir, name, &passphrase, WORK_FACTOR_SEAL)?;
    let (witness, public) = (folder.witness(), folder.public_file());
    let object = json!({"witness": witness, "key": witness.key().to_string(), "public": public});
    show.result(&object, |words| {
        vec![words.say("witness-made", &[("file", public.display().to_string().into())])]
    });
    Ok(())
}

async fn watch(wanted: &Watch, common: &Common, show: &Show) -> Result<(), Failure> {
    let folder = WitnessFolder::open(&wanted.dir, &old_passphrase(common, show)?)?;
    let clock = pli_server::system_clock();
    let mut session = folder.session(wanted.relay, wanted.founding.as_deref(), clock)?;
    loop {
        let attested = folder.attest(&mut session).await;
        session.close();
        let pause = match attested {
            Ok(seen) => {
                report(&session, seen, show);
                witness::pause(&session)
            }
            Err(failure) if !wanted.once && witness::passes(&failure) => {
                show.aside("witness-again", &[("reason", failure.to_string().into())]);
                witness::SHORTEST_PAUSE
            }
            Err(failure) => return Err(failure),
        };
        if wanted.once {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
    }
}

fn report(session: &Session, seen: Seen, show: &Show) {
    let Seen { tree, time } = seen;
    let origin = session.root().relay.log_origin.as_str();
    let object =
        json!({"origin": origin, "size": tree.size, "root": tree.root.to_string(), "time": time.to_string()});
    show.result(&object, |words| {
        vec![words.say("witness-signed", &[("count", tree.size.into()), ("date", exact_time(time).into())])]
    });
}
