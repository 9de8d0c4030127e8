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
    "/statement/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A statement as a page
         * @description To be read, printed and answered without scripts.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
                    /**
                     * @description `en`, `de`, `fr`, `es`, `it` or `nl`; English where none of them is named.
                     * @example de
                     */
                    language: string | null;
                    /** @description The picture's id in the decision; where none is named, the first that something was done to. */
                    image: string | null;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example <!DOCTYPE html>… */
                        "text/html": string;
                    };
                };
                /** @description No such decision, or no such picture in it */
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
        /** Object by the page's form */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /** @example image=worn&rule=amazon-us.main.white-background&language=de&text=… */
                    "application/x-www-form-urlencoded": string;
                };
            };
            responses: {
                /** @description A page that says that it has come */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example <!DOCTYPE html>… */
                        "text/html": string;
                    };
                };
                /** @description No such decision, or the rule had no effect on that picture */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the accounts */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All accounts; for admins */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "accounts": [
                         *         {
                         *           "created_ms": 1763719200000,
                         *           "disabled": false,
                         *           "display_name": "Ann Miller",
                         *           "name": "ann",
                         *           "role": "admin"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description By name. */
                            accounts: components["schemas"]["AccountBody"][];
                        };
                    };
                };
                /** @description Not for this role */
                403: {
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
        /** Add an account */
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
                     *       "display_name": "Bob Stone",
                     *       "name": "bob",
                     *       "password": "eight blue candles",
                     *       "role": "editor"
                     *     }
                     */
                    "application/json": {
                        /** @description As people call them. */
                        display_name: string;
                        /** @description 1 to 60 letters, digits and `.-_@+`; capitals do not count. */
                        name: string;
                        /** @description At least 10 characters. */
                        password: string;
                        /** @description What they may do. */
                        role: components["schemas"]["AccountRole"];
                    };
                };
            };
            responses: {
                /** @description The account; for admins */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "created_ms": 1763719200000,
                         *       "disabled": false,
                         *       "display_name": "Bob Stone",
                         *       "name": "bob",
                         *       "role": "editor"
                         *     }
                         */
                        "application/json": {
                            /**
                             * Format: int64
                             * @description When it was made, ms since 1970 UTC.
                             */
                            created_ms: number;
                            /** @description Whether it is shut. */
                            disabled: boolean;
                            /** @description As people call them. */
                            display_name: string;
                            /** @description Unique. */
                            name: string;
                            /** @description What they may do. */
                            role: components["schemas"]["AccountRole"];
                        };
                    };
                };
                /** @description Not for this role */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is an account of this name */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The password is too easy to guess */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/first": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the first account
         * @description Only while there is none; it becomes an admin and is signed in.
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
                     *       "display_name": "Ann Miller",
                     *       "name": "ann",
                     *       "password": "seven green bottles"
                     *     }
                     */
                    "application/json": {
                        /** @description As people call them. */
                        display_name: string;
                        /** @description 1 to 60 letters, digits and `.-_@+`; capitals do not count. */
                        name: string;
                        /** @description At least 10 characters. */
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Made and signed in, as `POST /v1/session` answers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "account": {
                         *         "display_name": "Ann Miller",
                         *         "name": "ann",
                         *         "role": "admin"
                         *       },
                         *       "csrf": "5e1f…",
                         *       "demo": false,
                         *       "first_start": false
                         *     }
                         */
                        "application/json": Record<string, never>;
                    };
                };
                /** @description There is an account already */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The password is too easy to guess */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description Its role, its password, or whether it is shut. The last admin stays one.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The account */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "role": "approver"
                     *     }
                     */
                    "application/json": {
                        /** @description `true` ends all sessions of the account. */
                        disabled?: boolean | null;
                        /** @description Ends all sessions of the account. */
                        password?: string | null;
                        role?: components["schemas"]["AccountRole"] | null;
                    };
                };
            };
            responses: {
                /** @description The account as it is now; for admins */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "created_ms": 1763719200000,
                         *       "disabled": false,
                         *       "display_name": "Bob Stone",
                         *       "name": "bob",
                         *       "role": "approver"
                         *     }
                         */
                        "application/json": {
                            /**
                             * Format: int64
                             * @description When it was made, ms since 1970 UTC.
                             */
                            created_ms: number;
                            /** @description Whether it is shut. */
                            disabled: boolean;
                            /** @description As people call them. */
                            display_name: string;
                            /** @description Unique. */
                            name: string;
                            /** @description What they may do. */
                            role: components["schemas"]["AccountRole"];
                        };
                    };
                };
                /** @description Not for this role */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description No such account */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The last admin */
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
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit trail
         * @description Every change by a person, newest first, 100 a page. Records are never changed or removed.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `next` of the page before; from the newest where none is named. */
                    before: number | null;
                    /**
                     * @description Only of this subject.
                     * @example draft:12
                     */
                    subject: string | null;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "next": null,
                         *       "records": [
                         *         {
                         *           "action": "account.added",
                         *           "actor": "ann",
                         *           "at_ms": 1763719200000,
                         *           "detail": {
                         *             "role": "editor"
                         *           },
                         *           "reason": "",
                         *           "seq": 7,
                         *           "subject": "account:bob"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /**
                             * Format: int64
                             * @description `before` of the next page; null at the end.
                             */
                            next?: number | null;
                            /** @description Newest first. */
                            records: components["schemas"]["Kept"][];
                        };
                    };
                };
                /** @description Nobody has signed in */
                401: {
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
    "/v1/decisions/{id}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say to a seller what was done, and why
         * @description Made from the stored decision, whatever rules hold today. `/statement/{id}` is the same as a page.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
                    /**
                     * @description `en`, `de`, `fr`, `es`, `it` or `nl`; English where none of them is named.
                     * @example de
                     */
                    language: string | null;
                    /** @description The picture's id in the decision; where none is named, the first that something was done to. */
                    image: string | null;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The statement */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "at": 1763719200000,
                         *       "by": "Automatisch nach Regeln entschieden",
                         *       "content_hash": "9f86…",
                         *       "how_to_object": "…",
                         *       "image": "worn",
                         *       "language": "de",
                         *       "product": "sku-4711",
                         *       "sections": [
                         *         {
                         *           "done": "Das Bild wird nicht als Hauptbild verwendet.",
                         *           "evidence": "…",
                         *           "fix": "Senden Sie ein Bild, das dies erfüllt: White background.",
                         *           "limit": 0.95,
                         *           "message": "…",
                         *           "region": null,
                         *           "rule": "amazon-us.main.white-background",
                         *           "title": "White background",
                         *           "unit": null,
                         *           "value": 0.31
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /**
                             * Format: int64
                             * @description When it was decided, ms since 1970 UTC.
                             */
                            at: number;
                            /** @description Who decided. */
                            by: string;
                            /** @description SHA-256 of its bytes. */
                            content_hash: string;
                            /** @description How objecting goes. */
                            how_to_object: string;
                            /** @description The picture's id. */
                            image: string;
                            /** @description The language it is written in: `en`, `de`, `fr`, `es`, `it` or `nl`. */
                            language: string;
                            /** @description The product. */
                            product: string;
                            /** @description One for every rule that had an effect, the strongest first. */
                            sections: components["schemas"]["Section"][];
                        };
                    };
                };
                /** @description No such decision, or no such picture in it */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description A part of the decision is no longer there */
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
    "/v1/images/{hash}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A small version of a picture
         * @description A JPEG of at most 480 px, kept when the picture was measured. It never changes.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description SHA-256 of the file, 64 hexadecimal digits */
                    hash: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The JPEG */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example … */
                        "image/jpeg": number[];
                    };
                };
                /** @description There is none */
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
    "/v1/objections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Object to a decision
         * @description One objection for each picture and rule of a decision; a person looks at it.
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
                     *       "decision": "0c5d…",
                     *       "image": "worn",
                     *       "rule": "amazon-us.main.white-background",
                     *       "text": "The background is white; the grey is a shadow."
                     *     }
                     */
                    "application/json": {
                        /** @description The `decision_id` of the answer. */
                        decision: string;
                        /** @description The picture's id in it. */
                        image: string;
                        /** @description The rule. */
                        rule: string;
                        /** @description Why it is wrong, at most 2000 characters. */
                        text: string;
                    };
                };
            };
            responses: {
                /** @description It is in the queue */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "5c1e…"
                         *     }
                         */
                        "application/json": {
                            /** @description Of its item in the queue. */
                            id: string;
                        };
                    };
                };
                /** @description No such decision, or the rule had no effect on that picture */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description There is an objection to it already */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The text is empty or too long */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What waits for a person
         * @description A picture comes here when a rule sends it to review in a new decision, once for each marketplace and rule, and when a seller objects.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description `open` (those that wait for whoever asks), `closed`, or `mine` (judged by whoever asks); all where none is named.
                     * @example open
                     */
                    state: string | null;
                    /** @description Only of this rule. */
                    rule: string | null;
                    /** @description Only of this category. */
                    category: string | null;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Items */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "items": [
                         *         {
                         *           "action": "review",
                         *           "category": "shoes",
                         *           "content_hash": "9f86…",
                         *           "decision": "0c5d…",
                         *           "id": "5c1e…",
                         *           "image": "front",
                         *           "judgements": 0,
                         *           "limit": 1,
                         *           "marketplace": "amazon",
                         *           "message": "2 shoes are shown; one is asked for.",
                         *           "mine": null,
                         *           "objection": null,
                         *           "opened_ms": 1763719200000,
                         *           "origin": "rule",
                         *           "product": "sku-4711",
                         *           "region": null,
                         *           "rule": "amazon-us.shoes.single",
                         *           "state": "open",
                         *           "title": "A single shoe",
                         *           "unit": null,
                         *           "value": 2
                         *         }
                         *       ],
                         *       "mine_done": 0,
                         *       "open": 1
                         *     }
                         */
                        "application/json": {
                            /** @description The oldest first, at most 200. */
                            items: components["schemas"]["QueueItem"][];
                            /**
                             * Format: int64
                             * @description How many they have judged.
                             */
                            mine_done: number;
                            /**
                             * Format: int64
                             * @description How many wait for whoever asks.
                             */
                            open: number;
                        };
                    };
                };
                /** @description Nobody has signed in */
                401: {
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
    "/v1/queue/agreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far people agree
         * @description Every fifth item, chosen by its hash, is shown to a second person who does not see what the first one said.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Agreement in all and by rule */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "agreed": 35,
                         *       "by_rule": [
                         *         {
                         *           "agreement": 0.7,
                         *           "judged": 120,
                         *           "overturned": 9,
                         *           "rule": "amazon-us.shoes.single"
                         *         }
                         *       ],
                         *       "kappa": 0.4,
                         *       "pairs": 50
                         *     }
                         */
                        "application/json": {
                            /** @description Those of them of which both said the same. */
                            agreed: number;
                            /** @description By rule. */
                            by_rule: components["schemas"]["RuleAgreement"][];
                            /**
                             * Format: double
                             * @description Cohen's kappa of the first and the second judgement: 1 = always the same, 0 = as by chance; null where chance alone explains
                             *     everything, or nothing is known.
                             */
                            kappa?: number | null;
                            /** @description Items that two people judged. */
                            pairs: number;
                        };
                    };
                };
                /** @description Nobody has signed in */
                401: {
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
    "/v1/queue/{id}/case": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a case of an overturned verdict
         * @description An entry for the rule's case file: with this picture's readings the rule must keep silent. Nothing is stored.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The case; for editors */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "case_yaml": "- rule: amazon-us.shoes.single\n  name: 'overturned in review: 9f86d081884c'\n  signals:\n    subject_count: 2.0\n  expect: pass\n"
                         *     }
                         */
                        "application/json": {
                            /** @description An entry for the rule's case file. */
                            case_yaml: string;
                        };
                    };
                };
                /** @description Not for this role */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description No such item */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The rule was not overturned */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/{id}/judgement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether a rule is right
         * @description One judgement a person and item; sent again, it takes the place of the one before. Where more people overturn a rule for a picture than
         *     not, the rule is ignored for that picture from the next selection on.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "note": "a pair is sold together",
                     *       "verdict": "overturn"
                     *     }
                     */
                    "application/json": {
                        /** @description Why, in their words. */
                        note?: string | null;
                        region?: components["schemas"]["RegionBox"] | null;
                        /** @description What they say. */
                        verdict: components["schemas"]["JudgementVerdict"];
                    };
                };
            };
            responses: {
                /** @description The item as it is now; for editors */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "action": "review",
                         *       "category": "shoes",
                         *       "content_hash": "9f86…",
                         *       "decision": "0c5d…",
                         *       "id": "5c1e…",
                         *       "image": "front",
                         *       "judgements": 1,
                         *       "limit": 1,
                         *       "marketplace": "amazon",
                         *       "message": "2 shoes are shown; one is asked for.",
                         *       "mine": "overturn",
                         *       "objection": null,
                         *       "opened_ms": 1763719200000,
                         *       "origin": "rule",
                         *       "product": "sku-4711",
                         *       "region": null,
                         *       "rule": "amazon-us.shoes.single",
                         *       "state": "closed",
                         *       "title": "A single shoe",
                         *       "unit": null,
                         *       "value": 2
                         *     }
                         */
                        "application/json": components["schemas"]["ItemFacts"] & {
                            /** @description Of the product; may be empty. */
                            category: string;
                            /** @description The picture. */
                            content_hash: string;
                            /** @description Its key. */
                            id: string;
                            /**
                             * Format: int64
                             * @description People who judged it.
                             */
                            judgements: number;
                            /** @description Where the picture is sold; empty for the house. */
                            marketplace: string;
                            /** @description What the person who asks said of it. */
                            mine?: string | null;
                            /**
                             * Format: int64
                             * @description When it came, ms since 1970 UTC.
                             */
                            opened_ms: number;
                            /** @description `rule`: it asked for review. `objection`: a seller disagrees. */
                            origin: string;
                            /** @description The rule that is asked about. */
                            rule: string;
                            /** @description `open` or `closed`. */
                            state: string;
                        };
                    };
                };
                /** @description Not for this role */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description No such item */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queue/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a judgement back
         * @description One's own of this item, and what followed from it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The item */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The item as it is now; for editors */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "5c1e…",
                         *       "image": "front",
                         *       "judgements": 0,
                         *       "mine": null,
                         *       "product": "sku-4711",
                         *       "rule": "amazon-us.shoes.single",
                         *       "state": "open"
                         *     }
                         */
                        "application/json": components["schemas"]["ItemFacts"] & {
                            /** @description Of the product; may be empty. */
                            category: string;
                            /** @description The picture. */
                            content_hash: string;
                            /** @description Its key. */
                            id: string;
                            /**
                             * Format: int64
                             * @description People who judged it.
                             */
                            judgements: number;
                            /** @description Where the picture is sold; empty for the house. */
                            marketplace: string;
                            /** @description What the person who asks said of it. */
                            mine?: string | null;
                            /**
                             * Format: int64
                             * @description When it came, ms since 1970 UTC.
                             */
                            opened_ms: number;
                            /** @description `rule`: it asked for review. `objection`: a seller disagrees. */
                            origin: string;
                            /** @description The rule that is asked about. */
                            rule: string;
                            /** @description `open` or `closed`. */
                            state: string;
                        };
                    };
                };
                /** @description Not for this role */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description No such item */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Whoever asks has not judged it */
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
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Who has signed in, and what their calls have to carry */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "account": {
                         *         "display_name": "Elif Demir",
                         *         "name": "editor",
                         *         "role": "editor"
                         *       },
                         *       "csrf": "5e1f…",
                         *       "demo": true,
                         *       "first_start": false
                         *     }
                         */
                        "application/json": {
                            account?: components["schemas"]["Person"] | null;
                            /** @description What every call other than GET carries in its header `x-csrf-token`. */
                            csrf?: string | null;
                            /** @description Whether anybody may sign in as any of the demo's people. */
                            demo: boolean;
                            /** @description Whether the first account has still to be made, with `POST /v1/accounts/first`. */
                            first_start: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        /**
         * Sign in
         * @description Sets the cookie `vitrine_session`. After five wrong passwords for a name there is a pause of a quarter of an hour.
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
                     *       "name": "ann",
                     *       "password": "seven green bottles"
                     *     }
                     */
                    "application/json": {
                        /** @description The account's name. */
                        name: string;
                        /** @description As typed. */
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Signed in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "account": {
                         *         "display_name": "Ann Miller",
                         *         "name": "ann",
                         *         "role": "approver"
                         *       },
                         *       "csrf": "5e1f…",
                         *       "demo": false,
                         *       "first_start": false
                         *     }
                         */
                        "application/json": {
                            account?: components["schemas"]["Person"] | null;
                            /** @description What every call other than GET carries in its header `x-csrf-token`. */
                            csrf?: string | null;
                            /** @description Whether anybody may sign in as any of the demo's people. */
                            demo: boolean;
                            /** @description Whether the first account has still to be made, with `POST /v1/accounts/first`. */
                            first_start: boolean;
                        };
                    };
                };
                /** @description Name and password do not belong together */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Too many wrong passwords; see `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Sign out */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The session has ended */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "account": null,
                         *       "csrf": null,
                         *       "demo": false,
                         *       "first_start": false
                         *     }
                         */
                        "application/json": {
                            account?: components["schemas"]["Person"] | null;
                            /** @description What every call other than GET carries in its header `x-csrf-token`. */
                            csrf?: string | null;
                            /** @description Whether anybody may sign in as any of the demo's people. */
                            demo: boolean;
                            /** @description Whether the first account has still to be made, with `POST /v1/accounts/first`. */
                            first_start: boolean;
                        };
                    };
                };
                /** @description The call does not carry its session's token */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in to the demo
         * @description Without a password, as one of five people; only where the settings say that this is a demo.
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
                     *       "role": "editor"
                     *     }
                     */
                    "application/json": {
                        /** @description Their role. */
                        role: components["schemas"]["AccountRole"];
                    };
                };
            };
            responses: {
                /** @description Signed in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "account": {
                         *         "display_name": "Elif Demir",
                         *         "name": "editor",
                         *         "role": "editor"
                         *       },
                         *       "csrf": "5e1f…",
                         *       "demo": true,
                         *       "first_start": false
                         *     }
                         */
                        "application/json": {
                            account?: components["schemas"]["Person"] | null;
                            /** @description What every call other than GET carries in its header `x-csrf-token`. */
                            csrf?: string | null;
                            /** @description Whether anybody may sign in as any of the demo's people. */
                            demo: boolean;
                            /** @description Whether the first account has still to be made, with `POST /v1/accounts/first`. */
                            first_start: boolean;
                        };
                    };
                };
                /** @description This server is no demo */
                403: {
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
    "/v1/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a picture
         * @description What several marketplaces make of one picture, beside each other. Nothing is stored, and nobody has to sign in.
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
                     *       "bytes": "/9j/4AAQSkZJRg…",
                     *       "category": "shoes",
                     *       "language": "en",
                     *       "marketplaces": [
                     *         "amazon",
                     *         "zalando"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description The file, base64. */
                        bytes: string;
                        /** @description Category path, `apparel/adult/dresses`. */
                        category?: string | null;
                        /** @description Language of the reasons, `en`. */
                        language?: string | null;
                        /** @description `amazon`, `zalando`; the rules of each one's first region hold. */
                        marketplaces: string[];
                    };
                };
            };
            responses: {
                /** @description The picture's signals, and a verdict for every marketplace and role */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "content_hash": "9f86…",
                         *       "signals": {
                         *         "long_side_px": {
                         *           "detector": "file_facts@1",
                         *           "value": 2000
                         *         }
                         *       },
                         *       "verdicts": [
                         *         {
                         *           "action": "suppress",
                         *           "marketplace": "amazon",
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
                         *           "region": "US",
                         *           "role": "main"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description SHA-256 of the bytes. */
                            content_hash: string;
                            /** @description Signals by name. */
                            signals: Record<string, never>;
                            /** @description For every marketplace the main picture's and the gallery's. */
                            verdicts: components["schemas"]["TryVerdict"][];
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
                /** @description The file is refused, or there is no such marketplace */
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account; its password is told to nobody. */
        AccountBody: {
            /**
             * Format: int64
             * @description When it was made, ms since 1970 UTC.
             */
            created_ms: number;
            /** @description Whether it is shut. */
            disabled: boolean;
            /** @description As people call them. */
            display_name: string;
            /** @description Unique. */
            name: string;
            /** @description What they may do. */
            role: components["schemas"]["AccountRole"];
        };
        /**
         * @description What an account is for.
         * @enum {string}
         */
        AccountRole: "viewer" | "analyst" | "editor" | "approver" | "admin";
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
            /** @description Rules that would have spoken, and that people overturned for this picture. */
            exempted?: string[];
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
        /** @description What is known of an item beside its key, as it is stored. */
        ItemFacts: {
            /** @description What the rule asks for. */
            action: string;
            /** @description The decision that sent it here. */
            decision: string;
            /** @description The picture's id there. */
            image: string;
            limit?: components["schemas"]["SignalValue"] | null;
            /** @description What the rule said. */
            message: string;
            /** @description The seller's words, where it was a seller who asked. */
            objection?: string | null;
            /** @description The product it was seen with first. */
            product: string;
            region?: components["schemas"]["RegionBox"] | null;
            /** @description The rule's title. */
            title: string;
            /** @description Unit of both. */
            unit?: string | null;
            value?: components["schemas"]["SignalValue"] | null;
        };
        /**
         * @description What a person says of a rule's word on a picture.
         * @enum {string}
         */
        JudgementVerdict: "approve" | "overturn" | "wrong_region";
        /** @description A record as it is kept. */
        Kept: components["schemas"]["Record"] & {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC.
             */
            at_ms: number;
            /**
             * Format: int64
             * @description 1, 2, 3, … within the tenant.
             */
            seq: number;
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
        /** @description Somebody who has signed in. */
        Person: {
            /** @description As people call them. */
            display_name: string;
            /** @description The account's name. */
            name: string;
            /** @description What they may do. */
            role: components["schemas"]["AccountRole"];
        };
        /** @description The product that is to be shown. */
        Product: {
            /** @description Category path, `apparel/adult/dresses`; rules of a category hold below it too. */
            category?: string | null;
            /** @description The catalogue's id. */
            id: string;
        };
        /** @description An item as it is told. */
        QueueItem: components["schemas"]["ItemFacts"] & {
            /** @description Of the product; may be empty. */
            category: string;
            /** @description The picture. */
            content_hash: string;
            /** @description Its key. */
            id: string;
            /**
             * Format: int64
             * @description People who judged it.
             */
            judgements: number;
            /** @description Where the picture is sold; empty for the house. */
            marketplace: string;
            /** @description What the person who asks said of it. */
            mine?: string | null;
            /**
             * Format: int64
             * @description When it came, ms since 1970 UTC.
             */
            opened_ms: number;
            /** @description `rule`: it asked for review. `objection`: a seller disagrees. */
            origin: string;
            /** @description The rule that is asked about. */
            rule: string;
            /** @description `open` or `closed`. */
            state: string;
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
        /** @description Who did what to what, and why. Kept for ever. */
        Record: {
            /** @description What was done, `draft.submitted`. */
            action: string;
            /** @description The account, or `vitrine` where the program acted by itself. */
            actor: string;
            /** @description What else is worth keeping, such as old and new values. */
            detail: Record<string, never>;
            /** @description Why, in the person's words; may be empty where nobody is asked. */
            reason: string;
            /** @description To what, `draft:12`, `release:5`, `account:ann`. */
            subject: string;
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
        /** @description How far people agree on a rule, and with it. */
        RuleAgreement: {
            /**
             * Format: double
             * @description Share of equal judgements among pairs; null without pairs.
             */
            agreement?: number | null;
            /** @description Items that were judged. */
            judged: number;
            /** @description Those of them where the rule was overturned. */
            overturned: number;
            /** @description The rule. */
            rule: string;
        };
        /** @description What one rule did. */
        Section: {
            /** @description What was done because of it. */
            done: string;
            /** @description What it rests on. */
            evidence: string;
            /** @description What the seller can do. */
            fix: string;
            limit?: components["schemas"]["SignalValue"] | null;
            /** @description Its reason. */
            message: string;
            region?: components["schemas"]["RegionBox"] | null;
            /** @description The rule. */
            rule: string;
            /** @description Its title, in the pack's language. */
            title: string;
            /** @description Unit of both. */
            unit?: string | null;
            value?: components["schemas"]["SignalValue"] | null;
        };
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
        /** @description What one marketplace says of the picture in one role. */
        TryVerdict: {
            /** @description What becomes of it. */
            action: components["schemas"]["DecisionName"];
            /** @description Who. */
            marketplace: string;
            /** @description Whether it may lead. */
            may_lead: boolean;
            /**
             * Format: double
             * @description Points off.
             */
            points: number;
            /** @description What stands against it, strongest first. */
            reasons: components["schemas"]["Reason"][];
            /** @description The region whose rules hold; null where the marketplace has none. */
            region?: string | null;
            /** @description As which picture. */
            role: components["schemas"]["RoleName"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
