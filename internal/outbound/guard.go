package outbound

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// ErrForbidden says that an address is not for us to dial.
var ErrForbidden = errors.New("the address is not a public one")

// closed are the networks that are never dialled unless allowed by name: besides
// what the standard library knows as private, loopback, link-local (the metadata
// services of clouds among them), multicast and unspecified. Those that carry an
// IPv4 address inside an IPv6 one are closed as a whole.
var closed = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "fec0::/10", "5f00::/16",
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, p := range list {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

// Guard says which addresses may be dialled.
type Guard struct {
	allowed []netip.Prefix
}

// NewGuard allows public addresses, and the networks that the operator names.
func NewGuard(allowed []netip.Prefix) Guard { return Guard{allowed: allowed} }

// Check gives ErrForbidden for an address that may not be dialled.
func (g Guard) Check(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	for _, p := range g.allowed {
		if p.Contains(a) {
			return nil
		}
	}
	if !a.IsValid() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return fmt.Errorf("%s: %w", a, ErrForbidden)
	}
	for _, p := range closed {
		if p.Contains(a) {
			return fmt.Errorf("%s: %w", a, ErrForbidden)
		}
	}
	return nil
}

// control is called by the dialer with the address that it is about to connect
// to, after names were resolved.
func (g Guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%s: %w", address, ErrForbidden)
	}
	return g.Check(at.Addr())
}
