"""Programs that are measured beside us; one adapter a peer, never imported by the product."""
