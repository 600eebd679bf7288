package api

import (
	"context"
	"net/url"

	"roundsman/dispatch"

	"github.com/gin-gonic/gin"
)

const usualLimit = 50

// page reads what part of a list is wanted.
func page(limit *int, after *string) dispatch.Page {
	p := dispatch.Page{Limit: usualLimit, After: value(after)}
	if limit != nil {
		p.Limit = *limit
	}
	return p
}

// longLimit is how much of a list comes at once that is mostly read as a whole.
const longLimit = 500

// long reads what part of such a list is wanted.
func long(limit *int, after *string) dispatch.Page {
	p := dispatch.Page{Limit: longLimit, After: value(after)}
	if limit != nil {
		p.Limit = *limit
	}
	return p
}

// nextLink points at the next page: the same question behind another cursor.
func nextLink(ctx context.Context, next string) *string {
	c, ok := ctx.(*gin.Context)
	if next == "" || !ok {
		return nil
	}
	q := c.Request.URL.Query()
	q.Set("after", next)
	u := url.URL{Path: c.Request.URL.Path, RawQuery: q.Encode()}
	link := "<" + u.String() + `>; rel="next"`
	return &link
}
