// Package events hands the events of the log to any number of readers: the live
// stream, webhooks, technicians' devices.
//
//	hub := events.NewHub(log, logger)
//	go hub.Run(ctx)
//	for e := range hub.Subscribe(ctx, lastSeen, allowed) { ... }
//
// One goroutine of a server follows the log and keeps the newest events in
// memory; readers take from there at their own speed. Who is slower than that
// reads the log itself until they have caught up, so a slow reader loses nothing
// and holds up nobody.
package events
