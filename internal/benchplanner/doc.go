// Command benchplanner prints the planner's figures beside what they ought to
// be: `make bench-planner`.
//
// Public sets are measured by their gap to the best known costs, our own days
// against a longer search of the same day. Bounds of time are the processor's
// time of each thread, so that a busy machine changes little; what a set needs
// that isn't there is said and left out.
//
// A short look: -parts solomon -every 7 -seeds 1.
package main
