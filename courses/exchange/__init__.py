"""Questions into the bank and out of it: files of other systems, looked at before they are taken in, taken back as a whole."""
