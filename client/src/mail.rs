//! An e-mail to the member themself: that a letter waits, and nothing else.
//!
//! Mail is read by whoever carries it. So it says no sender, no group and no number, and brings no link that somebody
//! could imitate. The server is the member's own organisation's, named in a file of theirs; the only module that knows
//! how mail is sent.

use crate::failure::Failure;
use crate::words::Words;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// A server that does not answer for so long is tried again later.
const ANSWER_SECONDS_MAX: u64 = 30;

/// Where and as whom mail is sent.
pub(crate) struct Smtp {
    settings: Settings,
    from: Mailbox,
    to: Mailbox,
    password: Option<Zeroizing<String>>,
    ca: Option<Vec<u8>>,
}

/// The file, as people write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    host: String,
    port: u16,
    security: Security,
    user: Option<String>,
    password_file: Option<PathBuf>,
    from: String,
    to: String,
    /// Who vouches for the server, where that is nobody whom browsers know: a file in PEM.
    ca: Option<PathBuf>,
}

/// How the way to the server is kept from others.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Security {
    /// TLS from the first byte, commonly on port 465.
    Tls,
    /// TLS as soon as the server greeted, and never without, commonly on port 587.
    Starttls,
    /// In clear: to a server on this machine alone.
    None,
}

impl Smtp {
    /// Reads the file, and those that it names beside it.
    ///
    /// # Errors
    /// [`Failure::Usage`] if one cannot be read, or says what is not done.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(wrong)?;
        let settings: Settings = toml::from_str(&text).map_err(|error| wrong(error.message()))?;
        if settings.security == Security::None && !is_here(&settings.host) {
            return Err(Failure::usage("notify-in-clear", "without security only on this machine"));
        }
        let beside = |file: &PathBuf| path.parent().unwrap_or_else(|| Path::new("")).join(file);
        let password = settings.password_file.as_ref().map(|file| {
            let text = Zeroizing::new(std::fs::read_to_string(beside(file)).map_err(wrong)?);
            Ok::<_, Failure>(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
        });
        let ca = settings.ca.as_ref().map(|file| std::fs::read(beside(file)).map_err(wrong));
        let (from, to) = (settings.from.parse().map_err(wrong)?, settings.to.parse().map_err(wrong)?);
        Ok(Self { from, to, password: password.transpose()?, ca: ca.transpose()?, settings })
    }

    /// Sends the one message there is. Waits for the server.
    ///
    /// # Errors
    /// [`Failure::Local`] with what the server said, if it did not take it.
    pub(crate) fn tell(&self, words: &Words) -> Result<(), Failure> {
        let not_sent = |error: &dyn std::fmt::Display| Failure::local("notify-not-sent", error);
        let message = Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .subject(words.say("notify-subject", &[]))
            .header(ContentType::TEXT_PLAIN)
            .body(words.say("notify-body", &[]))
            .map_err(|error| not_sent(&error))?;
        let transport = self.transport().map_err(|error| not_sent(&error))?;
        transport.send(&message).map(drop).map_err(|error| not_sent(&error))
    }

    fn transport(&self) -> Result<SmtpTransport, lettre::transport::smtp::Error> {
        let Settings { host, port, security, user, .. } = &self.settings;
        let tls = match security {
            Security::Tls => Tls::Wrapper(self.parameters()?),
            Security::Starttls => Tls::Required(self.parameters()?),
            Security::None => Tls::None,
        };
        let transport = SmtpTransport::builder_dangerous(host)
            .port(*port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)));
        let transport = match (user, &self.password) {
            (Some(user), Some(password)) => {
                transport.credentials(Credentials::new(user.clone(), password.to_string()))
            }
            _ => transport,
        };
        Ok(transport.build())
    }

    fn parameters(&self) -> Result<TlsParameters, lettre::transport::smtp::Error> {
        let parameters = TlsParameters::builder(self.settings.host.clone());
        match &self.ca {
            Some(pem) => parameters.add_root_certificate(Certificate::from_pem(pem)?).build_rustls(),
            None => parameters.build_rustls(),
        }
    }
}

/// Whether a server is on this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::usage("notify-file", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Smtp, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "mot de passe\n").unwrap();
        std::fs::write(folder.path().join("smtp.toml"), text).unwrap();
        Smtp::read(&folder.path().join("smtp.toml")).map_err(|failure| failure.message_id())
    }

    const WHOM: &str = "from = \"pli@ville.example\"\nto = \"Awa <awa@ville.example>\"\n";

    #[test]
    fn a_file_says_where_and_as_whom() {
        let smtp = read(&format!(
            "host = \"smtp.ville.example\"\nport = 465\nsecurity = \"tls\"\nuser = \"pli\"\npassword_file = \"secret\"\n{WHOM}"
        ))
        .unwrap();
        assert_eq!(smtp.password.as_deref().map(String::as_str), Some("mot de passe"));
        assert!(smtp.transport().is_ok());
    }

    #[test]
    fn nothing_goes_in_clear_but_to_this_machine() {
        let check = |host: &str, security: &str, expected: Result<(), &str>| {
            let text = format!("host = \"{host}\"\nport = 25\nsecurity = \"{security}\"\n{WHOM}");
            assert_eq!(read(&text).map(drop), expected.map_err(str::to_owned), "{host} {security}");
        };
        check("127.0.0.1", "none", Ok(()));
        check("::1", "none", Ok(()));
        check("smtp.ville.example", "none", Err("notify-in-clear"));
        check("192.0.2.1", "none", Err("notify-in-clear"));
        check("smtp.ville.example", "starttls", Ok(()));
        check("smtp.ville.example", "peut-être", Err("notify-file"));
    }
}
