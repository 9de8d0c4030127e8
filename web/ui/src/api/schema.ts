/** The server's shapes, written by `npm run generate` from `web/openapi.json`; never edited. */

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to begin */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Links */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example <!DOCTYPE html>… */
                        "text/html": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This page */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Every route with an example */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example <!DOCTYPE html>… */
                        "text/html": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It answers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ok",
                         *       "version": "0.1.0"
                         *     }
                         */
                        "application/json": {
                            /** @description `ok` or `ready`. */
                            status: string;
                            /** @description The program's version. */
                            version: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counters for Prometheus */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Prometheus text format */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example vitrine_decisions_total{tenant="default",result="new"} 12 */
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The description as JSON */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OpenAPI 3.1 */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "info": {
                         *         "title": "Vitrine"
                         *       },
                         *       "openapi": "3.1.0"
                         *     }
                         */
                        "application/json": Record<string, never>;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it take work? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The store answers and there is room for work */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ready",
                         *       "version": "0.1.0"
                         *     }
                         */
                        "application/json": {
                            /** @description `ok` or `ready`. */
                            status: string;
                            /** @description The program's version. */
                            version: string;
                        };
                    };
                };
                /** @description Not now */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look up a decision
         * @description Everything it was made from: pictures with the detector versions that looked at them, rule-set versions, language, and the answer.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
                    /** @description `true`: compute it again, as `/v1/decisions/{id}/replay` does. */
                    replay: boolean;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The decision as stored */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "answer": {
                         *         "main": "front",
                         *         "product_id": "sku-4711"
                         *       },
                         *       "current_main": null,
                         *       "gallery_rule_set": "77ab…",
                         *       "language": "en",
                         *       "pictures": [
                         *         {
                         *           "content_hash": "9f86…",
                         *           "detectors": [
                         *             "file_facts@1"
                         *           ],
                         *           "id": "front"
                         *         }
                         *       ],
                         *       "policy": {
                         *         "departure_points": 50,
                         *         "keep_margin": 5,
                         *         "review_may_lead": true
                         *       },
                         *       "product_id": "sku-4711",
                         *       "rule_set": "5f0c…"
                         *     }
                         */
                        "application/json": Record<string, never>;
                    };
                };
                /** @description No such decision */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compute a decision again
         * @description From the stored signals and the stored rule sets, with today's program; says whether the answer is the same byte for byte.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Both answers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "decision_id": "0c5d…",
                         *       "identical": true,
                         *       "replayed": {
                         *         "main": "front",
                         *         "product_id": "sku-4711"
                         *       },
                         *       "stored": {
                         *         "main": "front",
                         *         "product_id": "sku-4711"
                         *       }
                         *     }
                         */
                        "application/json": {
                            /** @description The decision. */
                            decision_id: string;
                            /** @description Whether both answers are the same, byte for byte. */
                            identical: boolean;
                            /** @description The answer of today's program from the stored signals and rules. */
                            replayed: Record<string, never>;
                            /** @description The answer that was given. */
                            stored: Record<string, never>;
                        };
                    };
                };
                /** @description No such decision */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description A part of it is no longer there */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Measure a picture
         * @description The file as the raw body, or as the first file of a `multipart/form-data` form. All signals are measured; the picture can then
         *     compete in selections by its hash. A file that is refused has the code and sentence of its refusal.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The file's name, only used to see whether its extension fits its content. */
                    name: string | null;
                };
                cookie?: never;
            };
            /** @description `curl --data-binary @shoe.jpg 'http://127.0.0.1:8080/v1/images?name=shoe.jpg'` */
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                };
            };
            responses: {
                /** @description The picture's hash and signals */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                         *       "detectors": [
                         *         "file_facts@1",
                         *         "sharpness@1"
                         *       ],
                         *       "faults": [],
                         *       "signals": {
                         *         "long_side_px": {
                         *           "detector": "file_facts@1",
                         *           "value": 2000
                         *         },
                         *         "sharpness": {
                         *           "detector": "sharpness@1",
                         *           "value": 0.71
                         *         }
                         *       }
                         *     }
                         */
                        "application/json": {
                            /** @description SHA-256 of the bytes: the key of everything that is known of it. */
                            content_hash: string;
                            /** @description The detectors that looked. */
                            detectors: string[];
                            /** @description What could not be measured, and why. */
                            faults: Record<string, never>[];
                            /** @description Signals by name, each with its detector, and with confidence and region where there are such. */
                            signals: Record<string, never>;
                        };
                    };
                };
                /** @description The body is larger than the settings allow */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The file is refused */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "code": "not_an_image",
                         *       "help": "send a JPEG, PNG, WebP, GIF, TIFF or BMP file",
                         *       "message": "the bytes are of no picture format"
                         *     }
                         */
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description All places for work are taken; see `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look up a picture's signals */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description SHA-256 of the file, 64 hexadecimal digits
                     * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                     */
                    hash: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is known of it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                         *       "detectors": [
                         *         "file_facts@1"
                         *       ],
                         *       "faults": [],
                         *       "signals": {
                         *         "long_side_px": {
                         *           "detector": "file_facts@1",
                         *           "value": 2000
                         *         }
                         *       }
                         *     }
                         */
                        "application/json": {
                            /** @description SHA-256 of the bytes: the key of everything that is known of it. */
                            content_hash: string;
                            /** @description The detectors that looked. */
                            detectors: string[];
                            /** @description What could not be measured, and why. */
                            faults: Record<string, never>[];
                            /** @description Signals by name, each with its detector, and with confidence and region where there are such. */
                            signals: Record<string, never>;
                        };
                    };
                };
                /** @description No such picture is known */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the models */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Those at work and those refused */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "models": [
                         *         {
                         *           "id": "listing@1a2b3c4d5e6f",
                         *           "signals": [
                         *             "watermark_score"
                         *           ],
                         *           "title": "What was added to a product picture",
                         *           "waiting": 0
                         *         }
                         *       ],
                         *       "refused": [
                         *         "faces.yaml: model_sha256: the file's is 34cd7e60"
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Those that measure. */
                            models: components["schemas"]["ModelBody"][];
                            /** @description Named in the settings and not used: what is wrong with each, and where. Their signals are missing. */
                            refused: string[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules in force for a scope */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description `amazon`; the house pack where none is named.
                     * @example amazon
                     */
                    marketplace: string | null;
                    /**
                     * @description Country or region.
                     * @example US
                     */
                    region: string | null;
                    /**
                     * @description Category path.
                     * @example apparel/adult
                     */
                    category: string | null;
                    /**
                     * @description `main`, `gallery` or `swatch`.
                     * @example main
                     */
                    role: string | null;
                    /**
                     * @description The day; today where none is named.
                     * @example 2027-02-01
                     */
                    date: string | null;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rule set */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "not_measurable": [
                         *         "amazon-us.no-props"
                         *       ],
                         *       "rule_set": {
                         *         "rules": [],
                         *         "scope": {
                         *           "category": null,
                         *           "date": "2027-02-01",
                         *           "marketplace": "amazon",
                         *           "region": "US",
                         *           "role": "main"
                         *         },
                         *         "version": "5f0c…"
                         *       },
                         *       "version": "5f0c…",
                         *       "warnings": []
                         *     }
                         */
                        "application/json": {
                            /** @description Rules whose signals nobody can measure yet. */
                            not_measurable: string[];
                            /** @description The rules of the scope, with the packs' own words. */
                            rule_set: Record<string, never>;
                            /** @description Its version: the hash of everything that can change a verdict. */
                            version: string;
                            /** @description What a person should look at. */
                            warnings: Record<string, never>[];
                        };
                    };
                };
                /** @description No rule set can be made, and why */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a pack before it can run
         * @description The pack's YAML as the body. Every finding at once, with line, column and what to do; nothing is stored.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example pack: my-shop
                     *     title: My shop
                     *     marketplace: my-shop
                     *     owner: me
                     *     rules: []
                     */
                    "application/yaml": string;
                };
            };
            responses: {
                /** @description The findings */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "findings": [
                         *         {
                         *           "code": "unknown-signal",
                         *           "column": 14,
                         *           "file": "request",
                         *           "help": "did you mean `sharpness`?",
                         *           "line": 9,
                         *           "message": "unknown signal `sharpnes`",
                         *           "rule": "my-shop.sharp",
                         *           "severity": "error"
                         *         }
                         *       ],
                         *       "ok": false
                         *     }
                         */
                        "application/json": {
                            /** @description All findings with line, column and what to do. */
                            findings: Record<string, never>[];
                            /** @description Whether the pack can be used. */
                            ok: boolean;
                        };
                    };
                };
                /** @description The body is not text */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules/packs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the packs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The packs */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "packs": [
                         *         {
                         *           "id": "amazon-us",
                         *           "marketplace": "amazon",
                         *           "owner": "marketplace-policy",
                         *           "regions": [
                         *             "US"
                         *           ],
                         *           "rules": 31,
                         *           "title": "Amazon US"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description In the order of their names. */
                            packs: components["schemas"]["PackBody"][];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A stored rule set by its version */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `rule_set` of an answer */
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rule set as it was used */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "rules": [],
                         *       "scope": {},
                         *       "version": "5f0c…"
                         *     }
                         */
                        "application/json": Record<string, never>;
                    };
                };
                /** @description No decision was made by such a rule set */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/select": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose the picture that leads
         * @description Candidates come by hash (known already), as base64 bytes, or by URL from a host that the settings allow. What is wrong with
         *     one picture stands in that picture's `error`; its neighbours are unaffected. The decision is stored under `decision_id`, a hash of
         *     everything that makes it: the same question with the same answer has the same id.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "candidates": [
                     *         {
                     *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "id": "front"
                     *         },
                     *         {
                     *           "id": "worn",
                     *           "url": "https://img.example.com/4711/worn.jpg"
                     *         }
                     *       ],
                     *       "language": "en",
                     *       "marketplace": "amazon",
                     *       "product": {
                     *         "category": "shoes",
                     *         "id": "sku-4711"
                     *       },
                     *       "region": "US"
                     *     }
                     */
                    "application/json": components["schemas"]["SelectRequest"];
                };
            };
            responses: {
                /** @description The selection with its reasons; `decision_id` is the key of `GET /v1/decisions/{id}` */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "current_main_kept": false,
                         *       "decision_id": "0c5d3f0f6f7f1a55f0a1f3a2a8f6f5b1f2e3d4c5b6a798877665544332211000",
                         *       "gallery": [
                         *         "worn"
                         *       ],
                         *       "gallery_rule_set": "77ab…",
                         *       "images": [
                         *         {
                         *           "action": "accept",
                         *           "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                         *           "id": "front",
                         *           "may_lead": true,
                         *           "points": 0,
                         *           "reasons": [],
                         *           "score": 81.4
                         *         },
                         *         {
                         *           "action": "accept",
                         *           "content_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
                         *           "id": "worn",
                         *           "may_lead": false,
                         *           "points": 0,
                         *           "reasons": [
                         *             {
                         *               "action": "suppress",
                         *               "enforcement": "enforce",
                         *               "limit": 0.95,
                         *               "message": "…",
                         *               "reason_code": "non_white_background",
                         *               "region": null,
                         *               "roles": [
                         *                 "main"
                         *               ],
                         *               "rule": "amazon-us.main.white-background",
                         *               "rule_version": "1f…",
                         *               "severity": "must",
                         *               "signal": "white_background_ratio",
                         *               "unit": null,
                         *               "value": 0.31
                         *             }
                         *           ],
                         *           "score": 64
                         *         }
                         *       ],
                         *       "main": "front",
                         *       "not_measurable": [],
                         *       "product_id": "sku-4711",
                         *       "rule_set": "5f0c…"
                         *     }
                         */
                        "application/json": components["schemas"]["SelectAnswer"];
                    };
                };
                /** @description The body is not such JSON */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The request says something impossible */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description All places for work are taken; see `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/signals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all signals */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The vocabulary */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "signals": [
                         *         {
                         *           "detector": "file_facts@1",
                         *           "doc": "The longer side of the upright picture.",
                         *           "kind": "integer",
                         *           "name": "long_side_px",
                         *           "range": [
                         *             1,
                         *             65535
                         *           ],
                         *           "unit": "px",
                         *           "values": []
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Each with kind, unit, range, meaning, and the detector that measures it; null = known, not measurable yet. */
                            signals: Record<string, never>[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What a rule asks for.
         * @enum {string}
         */
        ActionName: "suppress" | "review" | "demote" | "tag";
        /** @description A picture and where its bytes are: exactly one of `hash`, `bytes`, `url` (and `path`, on the command line only). */
        CandidateSource: {
            /** @description The file itself, base64. */
            bytes?: string | null;
            /** @description SHA-256 of a picture that is known already. */
            hash?: string | null;
            /** @description The catalogue's id, unique within the request. */
            id: string;
            /** @description Where to fetch it, from a host that the settings allow. */
            url?: string | null;
        };
        /**
         * @description What becomes of a picture, weakest first.
         * @enum {string}
         */
        DecisionName: "accept" | "demote" | "review" | "suppress";
        /**
         * @description Whether a rule acts.
         * @enum {string}
         */
        EnforcementName: "enforce" | "warn";
        /**
         * @description The body of every answer that is not a success.
         * @example {
         *       "code": "image_unknown",
         *       "help": "send its bytes to `POST /v1/images` first",
         *       "message": "no picture with the hash `9f86…` is known"
         *     }
         */
        ErrorBody: {
            /** @description Stable code, to be decided by. */
            code: string;
            /** @description What to do about it. */
            help: string;
            /** @description What is wrong, with the words of the request. */
            message: string;
        };
        /** @description A file that could not be read. */
        FileError: {
            /** @description Stable code, `not_an_image`. */
            code: string;
            /** @description What is wrong and what to do. */
            message: string;
        };
        /** @description What becomes of one picture. */
        ImageAnswer: {
            /** @description What becomes of it in the place it got. */
            action: components["schemas"]["DecisionName"];
            /** @description SHA-256 of its bytes, the key of `GET /v1/images/{hash}`; absent when its file was refused. */
            content_hash?: string | null;
            /**
             * Format: double
             * @description Further points off because it differs from the copies of it among the candidates, as an altered copy does.
             */
            departure_points?: number | null;
            /** @description The better placed picture that this one repeats. */
            duplicate_of?: string | null;
            error?: components["schemas"]["FileError"] | null;
            /** @description The candidate. */
            id: string;
            /** @description Whether the rules let it lead. */
            may_lead: boolean;
            /**
             * Format: double
             * @description Points off in that place.
             */
            points: number;
            /** @description What stands against it, strongest first. */
            reasons: components["schemas"]["Reason"][];
            /**
             * Format: double
             * @description Score as main picture, `100 * quality - points - departure_points`; absent when its file was refused.
             */
            score?: number | null;
        };
        /** @description A model at work. */
        ModelBody: {
            /** @description Name and version, as readings carry it. */
            id: string;
            /** @description What it measures. */
            signals: string[];
            /** @description What it answers. */
            title: string;
            /** @description Pictures that wait for it now. */
            waiting: number;
        };
        /** @description A pack in short. */
        PackBody: {
            /** @description Unique name. */
            id: string;
            /** @description The marketplace it answers for. */
            marketplace: string;
            /** @description Who answers for it. */
            owner: string;
            /** @description Its regions; empty = everywhere. */
            regions: string[];
            /** @description How many rules it has. */
            rules: number;
            /** @description For people. */
            title: string;
        };
        /** @description The product that is to be shown. */
        Product: {
            /** @description Category path, `apparel/adult/dresses`; rules of a category hold below it too. */
            category?: string | null;
            /** @description The catalogue's id. */
            id: string;
        };
        /** @description One rule that spoke against a picture. */
        Reason: {
            /** @description What it asks for. */
            action: components["schemas"]["ActionName"];
            /** @description `enforce`, or `warn`: reported without effect. */
            enforcement: components["schemas"]["EnforcementName"];
            limit?: components["schemas"]["SignalValue"] | null;
            /** @description The reason for people. */
            message: string;
            /**
             * Format: double
             * @description Points off, for `demote`.
             */
            points?: number | null;
            /** @description Stable code for machines. */
            reason_code: string;
            region?: components["schemas"]["RegionBox"] | null;
            /** @description The roles it speaks of. */
            roles: components["schemas"]["RoleName"][];
            /** @description The rule. */
            rule: string;
            /** @description Hash of the rule's content. */
            rule_version: string;
            /** @description `must` or `should`. */
            severity: components["schemas"]["SeverityName"];
            /** @description The signal that decided. */
            signal?: string | null;
            /** @description The tag set, for `tag`. */
            tag?: string | null;
            /** @description Unit of value and limit. */
            unit?: string | null;
            value?: components["schemas"]["SignalValue"] | null;
        };
        /** @description A box on the upright picture, in shares of its width and height. */
        RegionBox: {
            /**
             * Format: double
             * @description Height, 0..1.
             */
            height: number;
            /**
             * Format: double
             * @description Width, 0..1.
             */
            width: number;
            /**
             * Format: double
             * @description Left edge, 0..1.
             */
            x: number;
            /**
             * Format: double
             * @description Top edge, 0..1.
             */
            y: number;
        };
        /**
         * @description The place a picture is judged for.
         * @enum {string}
         */
        RoleName: "main" | "gallery" | "swatch";
        /** @description Which picture leads, which follow, and why. */
        SelectAnswer: {
            /** @description The current main picture was kept though another scores a little higher. */
            current_main_kept: boolean;
            /** @description The pictures that follow, best first. */
            gallery: string[];
            /** @description Version of the rule set that judged the gallery. */
            gallery_rule_set: string;
            /** @description Every candidate: main, gallery in order, then the rest. */
            images: components["schemas"]["ImageAnswer"][];
            /** @description When nothing may lead: the picture that least stands against; its reasons say what. */
            least_bad?: string | null;
            /** @description The picture that leads; null when none may. */
            main?: string | null;
            /** @description Rules in force whose signals nobody can measure yet: nothing is known about them for any picture. */
            not_measurable: string[];
            /** @description The product. */
            product_id: string;
            /** @description Version of the rule set that judged the main picture. */
            rule_set: string;
        };
        /** @description One product, whose pictures compete. */
        SelectRequest: {
            /** @description The pictures that compete. */
            candidates: components["schemas"]["CandidateSource"][];
            /** @description The picture that leads now; it stays unless another is clearly better. */
            current_main?: string | null;
            /**
             * Format: date
             * @description The day whose rules hold; today where none is named.
             */
            date?: string | null;
            /** @description Language of the reasons, `en`. */
            language?: string | null;
            /** @description Whose rules hold, `amazon`; the house pack where none is named. */
            marketplace?: string | null;
            /** @description The product. */
            product: components["schemas"]["Product"];
            /** @description Country or region, `US`. */
            region?: string | null;
        };
        /**
         * @description How bad, by the source's own words.
         * @enum {string}
         */
        SeverityName: "must" | "should";
        /** @description A signal's value: number, flag or text. */
        SignalValue: boolean | number | string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
