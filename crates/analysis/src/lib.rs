//! Reconstructs the MachineGuid-read to key-file timeline of a Process Monitor capture.
