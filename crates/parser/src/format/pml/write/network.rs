//! The names of hosts and ports in network events.

use super::tables::HostTable;
use crate::pml::detail::NetworkDetail;
use crate::pml::event::PmlEvent;

/// Copies the names of the event's hosts and ports.
pub(super) fn note_names(event: &PmlEvent<'_>, hosts: &mut HostTable) {
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
