// Package stock holds the use cases of the stock room: receiving, counting,
// moving, lending and writing off hardware, with proof from giver and taker; the
// pool of loaners; and what technicians have to load for a day.
//
// What may be done to an item in which state is the table in assets. An item has
// exactly one custodian all the time: custody moves when the taker has it, so what
// is on its way stays with whoever sent it.
package stock
