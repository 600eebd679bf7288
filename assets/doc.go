// Package assets keeps hardware: what exists, who answers for it now, what is
// reserved for whom, and what was swapped.
//
// An item always has exactly one custodian. Custody is a chain of entries, one
// of which is open; handing over closes one and opens the next in the same
// transaction. A person's device is an item in that person's custody, with
// inventory facts such as its operating system.
package assets
