//! What members do, each with their own client as a library, against a real relay; one program, for linking takes longer than
//! testing. [`town`] is where they live.

mod apart;
mod convention;
mod deadlines;
mod enrolment;
mod forms;
mod gates;
mod groups;
mod hand_over;
mod hold;
mod independent;
mod landlord;
mod patrimoine;
mod patrimoine_pictures;
mod patrol;
mod printed;
mod protected;
mod retention;
mod reveal;
mod screen;
mod screening;
mod sheet;
mod threads;
#[allow(dead_code, reason = "shared with the tests of the program and of the browser")]
mod town;
mod versions;
mod witness;
