// Package webhook signs and verifies messages the way of Standard Webhooks
// (https://www.standardwebhooks.com): an HMAC-SHA256 over id, timestamp and body,
// in three headers. It knows no HTTP and no clock; times are arguments.
package webhook
