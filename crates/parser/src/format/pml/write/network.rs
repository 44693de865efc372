//! The names that network events are shown with.

use super::tables::Hosts;
use crate::pml::detail::NetworkDetail;
use crate::pml::event::PmlEvent;

/// Takes over the names of the event's hosts and ports.
pub(super) fn note_names(event: &PmlEvent<'_>, hosts: &mut Hosts) {
    let detail = NetworkDetail::read(event.detail_block());
    let (names, transport) = (event.hosts(), detail.transport());
    for end in detail.ends() {
        for address in end.keys() {
            if let Some(name) = names.host(&address) {
                hosts.add_host(address, name);
            }
        }
        if let Some(name) = names.port(end.port, transport) {
            hosts.add_port(end.port, transport, name);
        }
    }
}
