// Package importer sends a table to a running server, follows it to its end, and
// writes down which rows were rejected, so that they can be mended and sent again.
//
// It knows the contract and nothing behind it: what a program of a customer's own
// would do, with the client that is generated from the contract.
package importer
