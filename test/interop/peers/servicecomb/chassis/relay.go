package main

import (
	"io"
	"net/http"

	"github.com/go-chassis/go-chassis/v2/client/rest"
	"github.com/go-chassis/go-chassis/v2/core"
	"github.com/go-chassis/go-chassis/v2/core/common"
	"github.com/go-chassis/go-chassis/v2/server/restful"
)

// relay calls the next service on behalf of whoever called this one.
type relay struct{}

// Relay calls `path` of the service `to`, both of the query, with the context that came, as a handler of go-chassis does
// it. It answers with what it received and what it was answered.
func (r *relay) Relay(b *restful.Context) {
	came := lowerCased(b.ReadRequest().Header)
	caller := b.ReadRestfulRequest().Attribute(callerName)
	request, err := rest.NewRequest(http.MethodGet, "http://"+b.ReadQueryParameter("to")+b.ReadQueryParameter("path"), nil)
	if err != nil {
		answerError(b, http.StatusBadRequest, err)
		return
	}
	ctx := common.NewContext(copyOf(common.FromContext(b.Ctx)))
	response, err := core.NewRestInvoker().ContextDo(ctx, request)
	if err != nil {
		answerError(b, http.StatusBadGateway, err)
		return
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		answerError(b, http.StatusBadGateway, err)
		return
	}
	answer(b, http.StatusOK, map[string]any{
		"self":     whoAmI(),
		"caller":   caller,
		"headers":  came,
		"status":   response.StatusCode,
		"answered": jsonOrText(text),
	})
}

// URLPatterns is where it is found.
func (r *relay) URLPatterns() []restful.Route {
	return []restful.Route{{Method: http.MethodGet, Path: "/relay", ResourceFunc: r.Relay}}
}
