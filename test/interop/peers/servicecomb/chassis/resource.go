package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	gorestful "github.com/emicklei/go-restful"
	"github.com/go-chassis/go-chassis/v2/core/common"
	"github.com/go-chassis/go-chassis/v2/server/restful"
)

const asJSON = "application/json"

// resource is what the provider offers over REST.
type resource struct{}

// item is a body with fields of several kinds.
type item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name"`
	Price float64  `json:"price"`
	Tags  []string `json:"tags"`
}

// Echo answers with everything that came.
func (r *resource) Echo(b *restful.Context) {
	request := b.ReadRequest()
	text, err := io.ReadAll(request.Body)
	if err != nil {
		answerError(b, http.StatusBadRequest, err)
		return
	}
	answer(b, http.StatusOK, map[string]any{
		"method":  request.Method,
		"path":    request.URL.Path,
		"name":    b.ReadPathParameter("name"),
		"query":   request.URL.Query(),
		"headers": lowerCased(request.Header),
		"body":    jsonOrText(text),
		"context": common.FromContext(b.Ctx),
		"caller":  b.ReadRestfulRequest().Attribute(callerName),
		"self":    whoAmI(),
	})
}

// Greet joins what came by the path, the query and a header.
func (r *resource) Greet(b *restful.Context) {
	times, err := strconv.Atoi(b.ReadQueryParameter("times"))
	if err != nil {
		answerError(b, http.StatusBadRequest, fmt.Errorf("times: %w", err))
		return
	}
	text := strings.Repeat("Hello ", times) + b.ReadPathParameter("name") + b.ReadHeader("X-Mark-Of-End")
	answer(b, http.StatusOK, map[string]string{"greeting": text})
}

// Keep reads an item and answers 201 with it.
func (r *resource) Keep(b *restful.Context) {
	came := item{}
	if err := b.ReadEntity(&came); err != nil {
		answerError(b, http.StatusBadRequest, err)
		return
	}
	b.AddHeader("Location", fmt.Sprintf("/items/%d", came.ID))
	answer(b, http.StatusCreated, came)
}

// Fail answers with the status that the path asks for.
func (r *resource) Fail(b *restful.Context) {
	status, err := strconv.Atoi(b.ReadPathParameter("status"))
	if err != nil || status < 200 || status > 599 {
		answerError(b, http.StatusBadRequest, errors.New("the status is a number from 200 to 599"))
		return
	}
	answerError(b, status, fmt.Errorf("refused with %d", status))
}

// Panic panics.
func (r *resource) Panic(*restful.Context) {
	panic("as was asked")
}

// Sleep answers after as many milliseconds as the path says.
func (r *resource) Sleep(b *restful.Context) {
	ms, err := strconv.Atoi(b.ReadPathParameter("ms"))
	if err != nil {
		answerError(b, http.StatusBadRequest, err)
		return
	}
	time.Sleep(time.Duration(ms) * time.Millisecond)
	answer(b, http.StatusOK, map[string]int{"slept": ms})
}

// Who answers which instance this is, and what cookies came.
func (r *resource) Who(b *restful.Context) {
	cookies := map[string]string{}
	for _, cookie := range b.ReadRequest().Cookies() {
		cookies[cookie.Name] = cookie.Value
	}
	answer(b, http.StatusOK, map[string]any{"self": whoAmI(), "cookies": cookies})
}

// URLPatterns is where all of this is found.
func (r *resource) URLPatterns() []restful.Route {
	name := []*restful.Parameters{
		{Name: "name", DataType: "string", ParamType: gorestful.PathParameterKind, Required: true},
	}
	routes := []restful.Route{
		{Method: http.MethodGet, Path: "/greet/{name}", ResourceFunc: r.Greet, Parameters: name},
		{Method: http.MethodPost, Path: "/items", ResourceFunc: r.Keep, Read: item{}, Consumes: []string{asJSON}},
		{Method: http.MethodGet, Path: "/fail/{status}", ResourceFunc: r.Fail},
		{Method: http.MethodGet, Path: "/panic", ResourceFunc: r.Panic},
		{Method: http.MethodGet, Path: "/sleep/{ms}", ResourceFunc: r.Sleep},
		{Method: http.MethodGet, Path: "/who", ResourceFunc: r.Who},
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		routes = append(routes, restful.Route{Method: method, Path: "/echo/{name}", ResourceFunc: r.Echo, Parameters: name})
	}
	return routes
}

func answer(b *restful.Context, status int, value any) {
	// nobody is left to tell when this fails
	_ = b.WriteHeaderAndJSON(status, value, asJSON)
}

func answerError(b *restful.Context, status int, err error) {
	_ = b.WriteError(status, err)
}

func lowerCased(header http.Header) map[string][]string {
	all := make(map[string][]string, len(header))
	for name, values := range header {
		all[strings.ToLower(name)] = values
	}
	return all
}

func jsonOrText(text []byte) any {
	var value any
	if json.Unmarshal(text, &value) == nil {
		return value
	}
	return string(text)
}
