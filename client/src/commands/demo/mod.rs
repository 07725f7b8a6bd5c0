//! `pli demo`: the main job done on real input, told step by step with what each party sees.
//!
//! The relay runs in this process, on a real disk and a real loopback port; every person is a home
//! folder, and every line of the story is the answer of a real `pli` command run in it. An answer
//! that is not what it should be ends the demo with exit code 5. With `--ui` nothing is told: the people's
//! pages are open instead, until it is interrupted.

mod pages;
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
use std::path::{Path, PathBuf};
use std::time::Duration;
use story::{Story, Unexpected};
use world::World;

/// What is waited for the relay when the demo is interrupted: it writes what it has, and says good-bye.
const STOP: Duration = Duration::from_millis(700);

/// So often it is tried to remove what was built.
const TRIES: usize = 25;

pub(super) async fn run(demo: Demo, show: &Show) -> Result<u8, Failure> {
    let temporary = tempfile::tempdir().map_err(|error| Failure::local("local-io", error))?;
    let dir = match &demo.dir {
        Some(dir) => std::path::absolute(dir).map_err(|error| Failure::local("local-io", error))?,
        None => temporary.path().to_owned(),
    };
    if dir.join("relay").exists() {
        return Err(Failure::usage("demo-exists", "an example lies there already: give another --dir"));
    }
    let _built = Built { dir: dir.clone(), is_temporary: demo.dir.is_none(), stays: demo.keep };
    tell(&dir, &demo, show).await
}

/// The relay of the example, which stops before its folder goes.
struct Running(Option<Server>);

impl Running {
    async fn stop(mut self) -> Result<(), Failure> {
        let Some(server) = self.0.take() else { return Ok(()) };
        server.stop().await.map_err(|error| Failure::local("demo-failed", error))
    }
}

impl Drop for Running {
    /// Interrupted: nobody waits here any more but this thread, which may.
    fn drop(&mut self) {
        let Some(server) = self.0.take() else { return };
        let (stopped, waited) = std::sync::mpsc::channel();
        tokio::spawn(async move {
            let _ = stopped.send(server.stop().await.is_ok());
        });
        if waited.recv_timeout(STOP).is_err() {
            tracing::warn!("the relay of the example is still stopping");
        }
    }
}

/// What was built, which goes again however the demo ends.
struct Built {
    dir: PathBuf,
    is_temporary: bool,
    stays: bool,
}

impl Drop for Built {
    fn drop(&mut self) {
        const PARTS: [&str; 7] = ["relay", "people", "leaders", "roots", "samples", "groups.json", "address"];
        if self.stays {
            return;
        }
        // A relay that is interrupted may be writing its last file.
        for _ in 0..TRIES {
            let left: Vec<_> = match self.is_temporary {
                true => vec![self.dir.clone()],
                false => PARTS.iter().map(|part| self.dir.join(part)).collect(),
            };
            for path in &left {
                let _ = std::fs::remove_dir_all(path).or_else(|_| std::fs::remove_file(path));
            }
            if !left.iter().any(|path| path.exists()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        tracing::warn!("a part of the example stays");
    }
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
    let server = Running(Some(server));
    let words = roots.settle(&world, address).await?;
    story::line(show, "demo-built", &[("address", address.to_string().into())]);
    story::line(show, "demo-enrolled", &[("words", words.into())]);

    if demo.ui {
        pages::open(&world, !demo.no_browser, show).await?;
        return Ok(0);
    }
    let mut story = Story::new(&world, show)?;
    let told = story.tell();
    story.lock_all();
    server.stop().await?;
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
