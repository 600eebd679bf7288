package jobs

// Ended is closed when nothing of the client runs any more, also after a Stop
// that did not wait.
func (c *Client) Ended() <-chan struct{} { return c.river.Stopped() }

// Soon is how long a failed import waits.
var Soon = soon
