// Package notify carries notices to people: mail by SMTP, texts through the
// company's SMS or chat gateway by a signed webhook, and, in the demo, into an
// outbox that is only looked at. What is sent, when, and how often is decided in
// dispatch/desk (Post); here it is carried and what came of it is told truly.
package notify
