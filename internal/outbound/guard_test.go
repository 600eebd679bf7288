package outbound_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"roundsman/internal/outbound"
	"roundsman/internal/webhook"

	"github.com/stretchr/testify/require"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	g := outbound.NewGuard([]netip.Prefix{netip.MustParsePrefix("10.1.2.0/24")})
	for _, a := range []string{
		"127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
		"224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001:0:1::",
	} {
		require.ErrorIs(t, g.Check(netip.MustParseAddr(a)), outbound.ErrForbidden, a)
	}
	for _, a := range []string{"1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "2001:4860:4860::8888", "::ffff:8.8.8.8", "10.1.2.3", "::ffff:10.1.2.3"} {
		require.NoError(t, g.Check(netip.MustParseAddr(a)), a)
	}
	require.ErrorIs(t, g.Check(netip.Addr{}), outbound.ErrForbidden)
}

func message() webhook.Message {
	return webhook.Message{ID: "m", Timestamp: time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC), Body: []byte(`{}`)}
}

// A host of the company's own network gets no connection, also by a name. The twin
// that is allowed the network is served.
func TestNothingIsDialledInside(t *testing.T) {
	t.Parallel()
	var dialled atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { dialled.Add(1) }))
	defer inside.Close()
	port := inside.URL[len("http://127.0.0.1"):]
	secret := webhook.NewSecret()
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"} {
		r := outbound.New(outbound.NewGuard(nil)).Post(t.Context(), "http://"+host+port, message(), secret)
		require.False(t, r.OK(), host)
		require.False(t, r.Sent, host)
	}
	require.Zero(t, dialled.Load())
	allowed := outbound.New(outbound.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}))
	require.True(t, allowed.Post(t.Context(), inside.URL, message(), secret).OK())
	require.EqualValues(t, 1, dialled.Load())
}

// A redirect leads nowhere, and counts as a refusal.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer target.Close()
	door := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusTemporaryRedirect))
	defer door.Close()
	c := outbound.New(outbound.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}))
	r := c.Post(t.Context(), door.URL, message(), webhook.NewSecret())
	require.Equal(t, http.StatusTemporaryRedirect, r.Status)
	require.True(t, r.Final())
	require.Zero(t, reached.Load())
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	require.NoError(t, outbound.CheckURL("https://gateway.example/notices?x=1", false))
	require.NoError(t, outbound.CheckURL("http://gateway.example/notices", true))
	for _, u := range []string{"http://gateway.example", "ftp://a", "https://", "https://user:word@a", "https://a/#b", "gateway.example", "://", "https:a"} {
		require.Error(t, outbound.CheckURL(u, false), u)
	}
}
