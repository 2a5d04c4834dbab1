//! Removes the email from every event and says that there was one.
#![no_std]
mod planish;

use planish::{Event, Response, Verdict};

// JSON pointers into the event, one a line: planish finds them while it reads the event.
planish::fields!("/payload/email");

#[no_mangle]
fn planish_event(event: &Event, response: &mut Response) -> Verdict {
    if event.kind() == b"debug" {
        return Verdict::Drop;
    }
    let email = event.field(0);
    if email.is_empty() {
        return Verdict::Keep;
    }
    if !response.remove(event, email) {
        return response.reject("the email could not be removed");
    }
    response.attribute("had_email", b"true");
    Verdict::Keep
}
