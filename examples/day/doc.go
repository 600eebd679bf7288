// Command day works through a day at a running demo server as three kinds of
// users: an agent takes a call and promises a window, a dispatcher reads the board,
// a technician serves the first visit of the round. It is written from
// openapi.yaml only, with the generated client, and prints what happened.
//
//	make up                  # in another terminal; it prints where the sign-ins are
//	go run ./examples/day -sign-ins ~/.local/share/roundsman/demo/sign-ins.json
package main
