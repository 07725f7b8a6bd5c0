//! Writes the example certificates into a folder: `make_certs_example DIR`.
//!
//! It makes the same files each time. They are public, keys included, and serve on loopback only.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use pli_server::transport::example;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("name the folder to write to")?;
    fs::create_dir_all(&folder)?;
    for (name, text) in example::files()? {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
