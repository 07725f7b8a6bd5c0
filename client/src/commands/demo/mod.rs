//! `pli demo`: the main job done on real input, told step by step with what each party sees.
//!
//! The relay runs in this process, on a real disk and a real loopback port; every person is a home
//! folder, and every line of the story is the answer of a real `pli` command run in it. An answer
//! that is not what it should be ends the demo with exit code 5.

mod story;
mod world;

use crate::cli::Demo;
use crate::failure::Failure;
use crate::home::create_private;
use crate::show::Show;
use pli_server::check::check;
use pli_server::listen::Server;
use pli_server::system_clock;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use story::{Story, Unexpected};
use world::World;

pub(super) async fn run(demo: Demo, show: &Show) -> Result<u8, Failure> {
    let temporary = tempfile::tempdir().map_err(|error| Failure::local("local-io", error))?;
    let dir = match &demo.dir {
        Some(dir) => std::path::absolute(dir).map_err(|error| Failure::local("local-io", error))?,
        None => temporary.path().to_owned(),
    };
    if dir.join("relay").exists() {
        return Err(Failure::usage("demo-exists", "an example lies there already: give another --dir"));
    }
    let outcome = tell(&dir, &demo, show).await;
    if demo.dir.is_some() && !demo.keep {
        // What was built for the story goes with it.
        for name in ["relay", "people", "leaders", "roots", "samples", "groups.json", "address"] {
            let path = dir.join(name);
            let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
        }
    }
    outcome
}

async fn tell(dir: &Path, demo: &Demo, show: &Show) -> Result<u8, Failure> {
    let started = std::time::Instant::now();
    create_private(dir)?;
    story::chapter(show, "demo-building", &[]);
    let (world, roots) = World::found(dir).await?;
    let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
    let server = Server::start(&dir.join("relay"), any, system_clock())
        .await
        .map_err(|error| Failure::local("demo-failed", error))?;
    let address = server.address();
    let words = roots.settle(&world, address).await?;
    story::line(show, "demo-built", &[("address", address.to_string().into())]);
    story::line(show, "demo-enrolled", &[("words", words.into())]);

    let mut story = Story::new(&world, show)?;
    let told = story.tell();
    story.lock_all();
    server.stop().await.map_err(|error| Failure::local("demo-failed", error))?;
    if let Err(Unexpected { step, what }) = told {
        story::line(show, "demo-unexpected", &[("step", step.into()), ("what", what.into())]);
        return Ok(5);
    }
    // At rest, everything on the relay's disk fits everything else.
    let report = check(&dir.join("relay"), system_clock().now())
        .map_err(|error| Failure::local("demo-failed", error))?;
    if let Some(fault) = report.faults.first() {
        let what = format!("{}: {}", fault.file, fault.what);
        story::line(show, "demo-unexpected", &[("step", "check".into()), ("what", what.into())]);
        return Ok(5);
    }
    story::line(show, "demo-checked", &[("count", report.counted.items.into())]);
    let seconds = started.elapsed().as_secs();
    story::chapter(show, "demo-end", &[("seconds", seconds.into())]);
    if demo.keep {
        story::how_to_go_on(show, dir, address);
    }
    Ok(0)
}
