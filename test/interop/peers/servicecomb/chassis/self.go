package main

import (
	"github.com/go-chassis/go-chassis/v2/core/config"
	"github.com/go-chassis/go-chassis/v2/core/registry"
	"github.com/go-chassis/go-chassis/v2/pkg/runtime"
)

// self is which instance this is.
type self struct {
	Service    string            `json:"service"`
	Version    string            `json:"version"`
	App        string            `json:"app"`
	ServiceID  string            `json:"serviceId"`
	InstanceID string            `json:"instanceId"`
	Properties map[string]string `json:"properties"`
	Endpoints  map[string]string `json:"endpoints"`
}

func whoAmI() self {
	return self{
		Service:    runtime.ServiceName,
		Version:    runtime.Version,
		App:        runtime.App,
		ServiceID:  runtime.ServiceID,
		InstanceID: runtime.InstanceID,
		Properties: config.MicroserviceDefinition.InstanceProperties,
		Endpoints:  registry.InstanceEndpoints,
	}
}
