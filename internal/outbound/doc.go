// Package outbound sends requests to addresses that somebody else chose. It never
// reaches into the company's own network: the address that is dialled is checked
// at every send, after the name was resolved, so that a name which points
// elsewhere by then does not help. Redirects are not followed and no proxy is used.
package outbound
