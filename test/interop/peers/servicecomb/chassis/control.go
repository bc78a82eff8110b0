package main

import (
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"strings"

	"github.com/go-chassis/go-archaius"
	"github.com/go-chassis/go-chassis/v2/core/config"
	"github.com/go-chassis/go-chassis/v2/core/registry"
	"github.com/go-chassis/go-chassis/v2/pkg/runtime"
)

// serveControl begins to serve what tests ask of the process itself.
func serveControl(address string, received *counts) error {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		// the properties follow the instance
		properties := config.MicroserviceDefinition != nil && len(config.MicroserviceDefinition.InstanceProperties) > 0
		if runtime.InstanceID == "" || properties && runtime.InstanceMD == nil {
			http.Error(w, "not registered yet", http.StatusServiceUnavailable)
		}
	})
	routes.HandleFunc("GET /self", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, whoAmI()) })
	routes.HandleFunc("GET /received", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, received.all()) })
	routes.HandleFunc("GET /config", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, map[string]any{"value": archaius.Get(r.URL.Query().Get("key"))})
	})
	routes.HandleFunc("GET /instances", func(w http.ResponseWriter, r *http.Request) {
		// as the cache has them, whatever their version and app
		found, _ := registry.MicroserviceInstanceIndex.FullCache().Get(r.URL.Query().Get("service"))
		writeJSON(w, map[string]any{"instances": found})
	})
	routes.HandleFunc("POST /call", func(w http.ResponseWriter, r *http.Request) {
		wanted := call{}
		if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		writeJSON(w, wanted.make())
	})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, routes) }()
	return nil
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", asJSON)
	// nobody is left to tell when this fails
	_ = json.NewEncoder(w).Encode(value)
}

func copyOf(of map[string]string) map[string]string {
	fresh := make(map[string]string, len(of))
	maps.Copy(fresh, of)
	return fresh
}

func joined(values []string) string { return strings.Join(values, ", ") }
