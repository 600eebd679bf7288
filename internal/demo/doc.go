// Package demo builds the demo region: standing data and one morning's work for
// a crew of twelve, made up around the real places of a map. It is a pure
// function of its arguments; the caller stores what it gives.
//
// With a map of Delaware the sites lie in two areas, around Wilmington and
// Newark and around Dover, so that a crew can serve them in a day. With any
// other map they lie around the place that has the most others near it.
//
//	what                     how many
//	sites                    75, on a small map 60 at least
//	depots                   2
//	technicians              12, three quarters of them in the first area
//	shifts                   180: each technician on 15 working days
//	people                   400, of whom 20 can't be called at all
//	devices                  450: a machine each, 50 with a phone beside it
//	of model OPTI-3020       60, of which 22 run an OS below 10.0.15063
//	hardware in kits         80, of which 24 replacement laptops, 1 to 3 each
//	hardware in depots       57, and a pool of 12 loaners
//	templates                15, of which 12 need a visit
//	tickets                  130, each with one waiting visit; 3,400 minutes
//	accounts                 19: 2 agents, a dispatcher, an administrator,
//	                         12 technicians, stella (stock), lena (lead), monitoring
//
// Companies at the sites are real, everybody and everything else is not: mail
// addresses are of the reserved domain first-state.example, and every phone
// number is +1 302 555 and four digits, an exchange that American fiction uses.
package demo
