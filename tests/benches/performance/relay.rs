//! The other processes of a measurement, each this program in a role.

use pli_server::listen::Server;
use pli_server::quotas::Allowance;
use pli_server::store::Folder;
use pli_server::system_clock;
use pli_server::transport::frames::framed;
use pli_tests::load::{Device, Network};
use pli_tests::process::Process;
use pli_tests::world::{Letter, World};
use shared::cbor;
use shared::directory::Directory;
use shared::log::LogMemory;
use shared::message::HeadReference;
use shared::wire::{Answer, Ask};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// Starts this program in a role. It is killed when it is dropped.
pub(crate) fn start(role: &str, folder: &Path) -> Process {
    Process::start(command(role).arg(folder))
}

/// This program in a role.
pub(crate) fn command(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["role", role]);
    command
}

/// The relay of a folder, as `pli-relay serve` runs it, with an allowance that is never used up.
pub(crate) fn serve(folder: &Path) {
    let runtime = runtime();
    let any = (Ipv4Addr::LOCALHOST, 0).into();
    let start = Server::start_with(folder, any, system_clock(), Allowance::ample());
    let server = runtime.block_on(start).unwrap();
    println!("{}", server.address());
    until_killed();
}

/// Deletes the index and builds it again.
pub(crate) fn reindex(folder: &Path) {
    let folder = Folder::open(folder).unwrap();
    drop(pli_server::relay::reindex(&folder).unwrap());
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

pub(crate) fn until_killed() -> ! {
    loop {
        std::thread::park();
    }
}

/// A relay that was founded in a folder, and everything its people need to reach it.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) network: Network,
    pub(crate) directory: Arc<Directory>,
    pub(crate) folder: PathBuf,
    pub(crate) bare: PathBuf,
    pub(crate) runtime: tokio::runtime::Runtime,
    _dir: TempDir,
}

impl Stage {
    /// With so many more people in the group.
    pub(crate) fn with(people: usize) -> Self {
        let world = World::at(system_clock().now(), people);
        let dir = tempfile::tempdir().unwrap();
        let (folder, bare) = (dir.path().join("relay"), dir.path().join("bare"));
        let runtime = runtime();
        let directory = runtime.block_on(async {
            world.make_relay(&folder).await;
            let running = world.open(&folder);
            world.publish_key_pages(&running.relay).await;
            let directory = Arc::clone(&running.relay.snapshot().directory);
            running.finish().unwrap();
            directory
        });
        crate::bare::folder_like(&folder, &bare);
        let network = Network::of(&world, &folder);
        Self { world, network, directory, folder, bare, runtime, _dir: dir }
    }

    /// A letter of a kibibyte under the newest head of a relay that runs.
    pub(crate) async fn letter(&self, from: usize, to: &[usize], device: &Device) -> Letter {
        let head = self.head(from, device).await;
        self.world.seal_under(&self.directory, head, from, to, 20, &[]).unwrap()
    }

    /// The newest head, as a device of this person is shown it.
    pub(crate) async fn head(&self, person: usize, device: &Device) -> HeadReference {
        let late = system_clock().now().0.saturating_sub(self.world.now().0);
        self.world.pass(late);
        let mut stream = device.stream().await.unwrap();
        let request = self.world.people[person].request(Ask::Log, self.world.now());
        stream.send(&framed(&cbor::encode(&request))).await;
        let Some(Answer::Log(view)) = stream.answer().await else { panic!("no log") };
        let root = &self.directory.root().unwrap().relay;
        let mut log = LogMemory::new(root.log_origin.clone(), root.log_key);
        let head = log.follow(&view, &[], self.world.now()).unwrap();
        HeadReference { tree: head.tree(), time: head.time() }
    }
}
