package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// trust is what a side shows and whom it believes, as PEM files.
type trust struct {
	certificate, key, authority, serverName *string
}

func trustOf(flags *flag.FlagSet) trust {
	return trust{
		certificate: flags.String("certificate", "", "a PEM file with the own certificate"),
		key:         flags.String("key", "", "a PEM file with the key of the certificate"),
		authority:   flags.String("ca", "", "a PEM file with those who vouch for the other side"),
		serverName:  flags.String("server-name", "", "the name that a server's certificate must have"),
	}
}

// server: plain HTTP/2 without a certificate of its own; an authority makes it ask clients for theirs.
func (given trust) server() (credentials.TransportCredentials, error) {
	if *given.certificate == "" {
		return insecure.NewCredentials(), nil
	}
	settings, err := given.settings()
	if err != nil {
		return nil, err
	}
	if settings.RootCAs != nil {
		settings.ClientCAs, settings.ClientAuth = settings.RootCAs, tls.RequireAndVerifyClientCert
	}
	return credentials.NewTLS(settings), nil
}

// client: plain HTTP/2 without an authority.
func (given trust) client() (credentials.TransportCredentials, error) {
	if *given.authority == "" {
		return insecure.NewCredentials(), nil
	}
	settings, err := given.settings()
	if err != nil {
		return nil, err
	}
	return credentials.NewTLS(settings), nil
}

func (given trust) settings() (*tls.Config, error) {
	settings := &tls.Config{ServerName: *given.serverName, MinVersion: tls.VersionTLS12}
	if *given.certificate != "" {
		pair, err := tls.LoadX509KeyPair(*given.certificate, *given.key)
		if err != nil {
			return nil, fmt.Errorf("the certificate %s and its key %s: %w", *given.certificate, *given.key, err)
		}
		settings.Certificates = []tls.Certificate{pair}
	}
	if *given.authority != "" {
		pem, err := os.ReadFile(*given.authority)
		if err != nil {
			return nil, err
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate", *given.authority)
		}
	}
	return settings, nil
}
