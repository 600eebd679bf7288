// Package api is the REST interface, and the only package that knows gin and
// HTTP. Each file is one resource: thin typed functions of the generated
// interface, and the converters between the domain's nouns and the contract's.
//
// A request goes through, in this order:
//
//	observe.go   request id, log line, recovery
//	header.go    headers that keep browsers careful
//	auth.go      whose access token, and the rights the contract wants
//	check.go     the body and parameters against the contract
//	act.go       a repeat gets the answer that was given
//	<resource>   the use case
//	problem.go   a fault becomes a problem document
//
// What an operation wants is read from the contract at run time: nothing about
// rights or shapes is said twice.
package api
