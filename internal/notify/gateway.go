package notify

import (
	"context"
	"encoding/json"

	"roundsman/dispatch"
	"roundsman/internal/clock"
	"roundsman/internal/outbound"
	"roundsman/internal/webhook"
)

// Gateway hands texts to an SMS or chat gateway. The webhook-id is the notice's
// id at every try, and a gateway is asked to drop one that it has had: that is
// what lets a text be sent again after a connection broke.
type Gateway struct {
	URL     string
	Secrets []webhook.Secret // all sign, so that they can be rotated
	Client  *outbound.Client
	Machine clock.Clock
}

// text is what a gateway gets.
type text struct {
	Type string   `json:"type"`
	Data textData `json:"data"`
}

type textData struct {
	NoticeID string `json:"notice_id"`
	To       string `json:"to"` // E.164
	Language string `json:"language"`
	Text     string `json:"text"`
}

// Carry posts a letter.
func (g *Gateway) Carry(ctx context.Context, l dispatch.Letter) dispatch.Receipt {
	id := l.NoticeID.String()
	body, err := json.Marshal(text{Type: "notice.text", Data: textData{NoticeID: id, To: l.To, Language: l.Language, Text: l.Body}})
	if err != nil {
		return dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: "bad_letter"}
	}
	r := g.Client.Post(ctx, g.URL, webhook.Message{ID: id, Timestamp: g.Machine.Now(), Body: body}, g.Secrets...)
	switch {
	case r.OK():
		return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: r.Code}
	case r.Final():
		return dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: r.Code}
	case r.Sent && r.Status == 0:
		return dispatch.Receipt{Outcome: dispatch.AttemptUnclear, Code: r.Code}
	}
	return dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: r.Code}
}

// Dedupes is what the gateway promises.
func (*Gateway) Dedupes() bool { return true }
