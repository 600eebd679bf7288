// Command day works through a day at a running demo server as three kinds of
// users, and fails if something is not as it should be. It is written from
// openapi.yaml, with the types of the generated client.
//
//	make up                  # in another terminal; it prints where the sign-ins are
//	go run ./examples/day
package main
