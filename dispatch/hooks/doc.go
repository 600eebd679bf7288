// Package hooks tells other systems what happens: subscriptions of events by
// signed webhooks, the same events as the stream, in its order. A receiver that
// takes nothing for a day is given up, and says so by an event itself.
package hooks
