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
                /** @description It is not stopping, the store answers, and there is room for work */
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
                query?: {
                    /**
                     * @description `en`, `de`, `fr`, `es`, `it` or `nl`; English where none of them is named.
                     * @example de
                     */
                    language?: string;
                    /** @description The picture's id in the decision; where none is named, the first that something was done to. */
                    image?: string;
                };
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
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
                query?: {
                    /** @description The `next` of the page before; from the newest where none is named. */
                    before?: number;
                    /**
                     * @description Only of this subject.
                     * @example draft:12
                     */
                    subject?: string;
                };
                header?: never;
                path?: never;
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
    "/v1/backtests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a backtest stands */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The backtest */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "done": 1000000,
                         *       "elapsed_ms": 4200,
                         *       "error": null,
                         *       "id": "b7",
                         *       "result": {},
                         *       "state": "done",
                         *       "total": 1000000
                         *     }
                         */
                        "application/json": components["schemas"]["Run"];
                    };
                };
                /** @description No such backtest on this server */
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
        /** Stop a backtest */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The backtest */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "b7",
                         *       "state": "cancelled"
                         *     }
                         */
                        "application/json": components["schemas"]["Run"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backtests/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a backtest
         * @description Server-sent events: each `data:` is the backtest as it stands; the stream ends with it.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its name */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example data: {"id":"b7","state":"running"} */
                        "text/event-stream": string;
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
    "/v1/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the catalogue
         * @description The products that were judged, each as it was last, with its pictures; 60 a page.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description Part of the product's id; capitals do not count.
                     * @example sku-47
                     */
                    product?: string;
                    /**
                     * @description This category and all below it.
                     * @example apparel/adult
                     */
                    category?: string;
                    /**
                     * @description Part of the seller's name; capitals do not count.
                     * @example bert
                     */
                    seller?: string;
                    /**
                     * @description Exactly this marketplace.
                     * @example amazon
                     */
                    marketplace?: string;
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of products */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "next": null,
                         *       "products": [
                         *         {
                         *           "category": "apparel/adult",
                         *           "marketplace": "amazon",
                         *           "pictures": [
                         *             {
                         *               "content_hash": "9f86…",
                         *               "image": "front"
                         *             }
                         *           ],
                         *           "product": "sku-4711",
                         *           "region": "US",
                         *           "seller": "bert"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Where the next page begins, to be given as `after`; null at the end. */
                            next?: string | null;
                            /** @description By marketplace, region and id. */
                            products: components["schemas"]["CatalogueProduct"][];
                        };
                    };
                };
                /** @description The category is no category */
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
                query?: {
                    /** @description `true`: compute it again, as `/v1/decisions/{id}/replay` does. */
                    replay?: boolean;
                };
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
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
                query?: {
                    /**
                     * @description `en`, `de`, `fr`, `es`, `it` or `nl`; English where none of them is named.
                     * @example de
                     */
                    language?: string;
                    /** @description The picture's id in the decision; where none is named, the first that something was done to. */
                    image?: string;
                };
                header?: never;
                path: {
                    /** @description The `decision_id` of an answer */
                    id: string;
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
    "/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List drafts */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description Only those in this state.
                     * @example submitted
                     */
                    state?: components["schemas"]["DraftState"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The drafts, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "drafts": [
                         *         {
                         *           "author": "ann",
                         *           "base_release": 3,
                         *           "changed_ms": 1795000300000,
                         *           "created_ms": 1795000000000,
                         *           "edits": 1,
                         *           "id": 12,
                         *           "release": null,
                         *           "revision": 4,
                         *           "shadow": false,
                         *           "state": "open",
                         *           "submitted_ms": null,
                         *           "title": "Larger pictures"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Newest first. */
                            drafts: components["schemas"]["DraftHead"][];
                        };
                    };
                };
            };
        };
        put?: never;
        /** Begin a draft */
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
                     *       "title": "Larger pictures"
                     *     }
                     */
                    "application/json": components["schemas"]["TitleBody"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "edits": [],
                         *       "id": 12,
                         *       "title": "Larger pictures"
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
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
    "/v1/drafts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A draft */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "edits": [],
                         *       "id": 12,
                         *       "title": "Larger pictures"
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
                    };
                };
                /** @description No such draft */
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
        /** Give a draft another title */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "title": "Much larger pictures"
                     *     }
                     */
                    "application/json": components["schemas"]["TitleBody"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": 12,
                         *       "title": "Much larger pictures"
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/drafts/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a release of a submitted draft
         * @description By a person who has no part in it. Draft, release and what is live change together or not at all.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "Backtest looks right",
                     *       "stages": [
                     *         0.01,
                     *         0.05,
                     *         0.25,
                     *         0.5
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApproveBody"];
                };
            };
            responses: {
                /** @description The release */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "release": 4
                         *     }
                         */
                        "application/json": components["schemas"]["ApprovedBody"];
                    };
                };
                /** @description One's own draft */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Not now, and why */
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
    "/v1/drafts/{id}/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a backtest
         * @description Over the whole catalogue, from stored signals, beside the requests.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The draft */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "offered": {
                     *         "marketplace": "amazon",
                     *         "region": "US"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["BacktestBody"];
                };
            };
            responses: {
                /** @description It has begun */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "b7"
                         *     }
                         */
                        "application/json": components["schemas"]["StartedBody"];
                    };
                };
                /** @description The draft's rules cannot be used, and why */
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
    "/v1/drafts/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try edits as one types
         * @description Nothing is saved: what would be wrong with the draft if it had these edits too, and the rules in plain words.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "edits": [
                     *         {
                     *           "field": "condition",
                     *           "rule": "vitrine.longest-side",
                     *           "value": "long_side_px >= ",
                     *           "was": "long_side_px >= min_px"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EditsBody"];
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
                         *       "findings": [],
                         *       "sentences": {}
                         *     }
                         */
                        "application/json": components["schemas"]["TriedBody"];
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
    "/v1/drafts/{id}/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a draft does to the conflicts between marketplaces
         * @description Of the rules that it changes, wherever they meet rules of other marketplaces.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The draft */
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What begins and what ends */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "begins": [],
                         *       "ends": []
                         *     }
                         */
                        "application/json": components["schemas"]["ConflictChangesBody"];
                    };
                };
                /** @description The draft's rules cannot be read, and why */
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
    "/v1/drafts/{id}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take edits into a draft
         * @description All or none. An edit names the value that its author saw; where another person has changed that meanwhile, both values are told and
         *     nothing is saved. `value: null` with an empty field removes a rule, a rule's document with an empty field adds one.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "edits": [
                     *         {
                     *           "field": "params.min_px.value",
                     *           "rule": "vitrine.longest-side",
                     *           "value": 800,
                     *           "was": 500
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EditsBody"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": 12,
                         *       "revision": 5
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
                    };
                };
                /** @description Another person has changed the same fields */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConflictBody"];
                    };
                };
                /** @description An edit cannot be written */
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
        /** Take edits back */
        delete: {
            parameters: {
                query: {
                    /**
                     * @description The rule.
                     * @example vitrine.longest-side
                     */
                    rule: string;
                    /**
                     * @description Its field; all of them where none is named.
                     * @example params.min_px.value
                     */
                    field?: string;
                };
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "edits": [],
                         *       "id": 12
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drafts/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pictures whose verdict flips
         * @description Over the whole catalogue, from stored signals; each with the reasons of both sides, measured value, limit and region.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The draft */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "category": "apparel",
                     *       "limit": 24
                     *     }
                     */
                    "application/json": components["schemas"]["PreviewBody"];
                };
            };
            responses: {
                /** @description The pictures */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "flips": [],
                         *       "total": 31
                         *     }
                         */
                        "application/json": components["schemas"]["FlipsBody"];
                    };
                };
                /** @description The draft's rules cannot be used, and why */
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
    "/v1/drafts/{id}/rebase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a draft over the release in force */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "behind": false,
                         *       "id": 12
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
                    };
                };
                /** @description The release in force has changed the same fields */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConflictBody"];
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
    "/v1/drafts/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a submitted draft back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "Too many shoes would go"
                     *     }
                     */
                    "application/json": components["schemas"]["ReasonBody"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": 12,
                         *       "state": "open"
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
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
    "/v1/drafts/{id}/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a draft would have made of live traffic */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The difference so far */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "main_changed": 9,
                         *       "newly_empty": 1,
                         *       "newly_shown": 0,
                         *       "newly_suppressed": 14,
                         *       "products": 812,
                         *       "since_ms": 1795000000000
                         *     }
                         */
                        "application/json": components["schemas"]["ShadowBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Let a draft judge live traffic beside
         * @description It acts on nothing. Every change of the draft begins the counts anew.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "on": true
                     *     }
                     */
                    "application/json": components["schemas"]["ShadowSwitch"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": 12,
                         *       "shadow": true
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
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
    "/v1/drafts/{id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a second person */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "Zoom needs 800 px"
                     *     }
                     */
                    "application/json": components["schemas"]["ReasonBody"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": 12,
                         *       "state": "submitted"
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
                    };
                };
                /** @description Its rules cannot be used, and why */
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
    "/v1/drafts/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a draft back
         * @description A submitted one can be written further; an open one is given up.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "One more rule"
                     *     }
                     */
                    "application/json": components["schemas"]["ReasonBody"];
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": 12,
                         *       "state": "open"
                         *     }
                         */
                        "application/json": components["schemas"]["DraftBody"];
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
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send exposures and outcomes
         * @description In batches of up to 20,000, in any order, late by up to 35 days; an event that was sent before changes nothing. What the answer calls
         *     taken is on disk, and in the sums of every experiment that it belongs to. What is wrong with one event stands in `refused`; the others
         *     are unaffected. Units are kept as pseudonyms.
         *
         *     The same fields come as columns too: `text/csv` and `application/vnd.apache.parquet`, or as `application/x-ndjson`, as many events as
         *     the body may hold.
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
                     *       "events": [
                     *         {
                     *           "at": "2026-12-01T10:15:00Z",
                     *           "exposure_id": "mZ9x…",
                     *           "id": "view-881",
                     *           "type": "exposure"
                     *         },
                     *         {
                     *           "at": "2026-12-01T10:21:00Z",
                     *           "id": "order-77",
                     *           "name": "purchase",
                     *           "type": "outcome",
                     *           "unit_id": "visitor-4711",
                     *           "value": 39.9
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EventsRequest"];
                };
            };
            responses: {
                /** @description What became of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "refused": [],
                         *       "repeated": 0,
                         *       "taken": 2
                         *     }
                         */
                        "application/json": components["schemas"]["EventsAnswer"];
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
                /** @description Too many events */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description More comes in than can be answered; see `Retry-After` */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/examples/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Find a rule from examples
         * @description Single limits, flags and texts, and pairs of them, tried on the examples one left out at a time, then on the catalogue.
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
                     *       "bad": [
                     *         "2c26…"
                     *       ],
                     *       "category": "apparel",
                     *       "good": [
                     *         "9f86…"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SearchBody"];
                };
            };
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "candidates": [
                         *         {
                         *           "borderline": [],
                         *           "condition": "sharpness < limit",
                         *           "precision": 0.95,
                         *           "recall": 0.9,
                         *           "stored": {
                         *             "looked_at": 130,
                         *             "pictures": 12,
                         *             "share": 0.09
                         *           }
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["FoundBody"];
                    };
                };
                /** @description One of the pictures is not known */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Too few or too many examples */
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
    "/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List experiments */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The experiments, the latest changed first, and what they brought together */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "experiments": [],
                         *       "portfolio": {}
                         *     }
                         */
                        "application/json": {
                            /** @description The latest changed first. */
                            experiments: components["schemas"]["Head"][];
                            /** @description What they brought together. */
                            portfolio: components["schemas"]["Portfolio"];
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
        /** Begin an experiment */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The plan; it may have faults until it is submitted. */
                        design: components["schemas"]["Design"];
                        /** @description Its id: 1 to 60 lower-case letters, digits, `-` and `_`. It is the salt of the split. */
                        id: string;
                        /**
                         * Format: double
                         * @description Share of the traffic that it starts with; the plan's where none is named.
                         */
                        share?: number | null;
                    };
                };
            };
            responses: {
                /** @description The draft */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "whiter-backgrounds",
                         *       "revision": 1,
                         *       "stage": "draft"
                         *     }
                         */
                        "application/json": {
                            /** @description Who began it. */
                            created_by: string;
                            /**
                             * Format: int64
                             * @description When, ms since 1970 UTC.
                             */
                            created_ms: number;
                            decision?: components["schemas"]["Decision"] | null;
                            /** @description The plan. */
                            design: components["schemas"]["Design"];
                            /** @description What is wrong with the plan. */
                            faults: string[];
                            /** @description Its id. */
                            id: string;
                            /** @description What happened to it, oldest first. */
                            log: components["schemas"]["LogLine"][];
                            /** @description What whoever asks may do now: `edit`, `submit`, `withdraw`, `start`, `stop`, `decide`, `ramp`. */
                            may: string[];
                            /**
                             * Format: int64
                             * @description Counts up with every change.
                             */
                            revision: number;
                            /**
                             * Format: double
                             * @description Share of the traffic that takes part now.
                             */
                            share: number;
                            /** @description Simulated data, and what of. */
                            simulated?: string | null;
                            /** @description Where it stands. */
                            stage: components["schemas"]["Stage"];
                            /**
                             * Format: int64
                             * @description When it started.
                             */
                            started_ms?: number | null;
                            /**
                             * Format: int64
                             * @description When it was stopped.
                             */
                            stopped_ms?: number | null;
                            /** @description What is likely to go wrong. */
                            warnings: string[];
                        };
                    };
                };
                /** @description There is such an experiment already */
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
    "/v1/experiments/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan an experiment
         * @description Units, days and the smallest effect that can be found, for looking once and for looking at any time; products against visitors as
         *     what is randomised.
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
                    "application/json": components["schemas"]["PlanQuestion"];
                };
            };
            responses: {
                /** @description The plan */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example {} */
                        "application/json": components["schemas"]["PlanAnswer"];
                    };
                };
                /** @description It cannot be planned */
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
    "/v1/experiments/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See what traffic there is */
        get: {
            parameters: {
                query?: {
                    /** @description Days to look back, 1 to 35; 14 where none is named. */
                    days?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Outcomes of the last days */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "days": 14,
                         *       "outcomes": [
                         *         {
                         *           "events": 5210,
                         *           "name": "purchase",
                         *           "units": 4801
                         *         }
                         *       ],
                         *       "units_per_day": 343
                         *     }
                         */
                        "application/json": {
                            /**
                             * Format: int32
                             * @description Days looked back.
                             */
                            days: number;
                            /** @description Outcomes seen, by name. */
                            outcomes: components["schemas"]["OutcomeTraffic"][];
                            /**
                             * Format: double
                             * @description Units a day with any outcome: at least so many come.
                             */
                            units_per_day: number;
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
    "/v1/experiments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look up an experiment */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The experiment */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "whiter-backgrounds",
                         *       "revision": 3,
                         *       "stage": "running"
                         *     }
                         */
                        "application/json": {
                            /** @description Who began it. */
                            created_by: string;
                            /**
                             * Format: int64
                             * @description When, ms since 1970 UTC.
                             */
                            created_ms: number;
                            decision?: components["schemas"]["Decision"] | null;
                            /** @description The plan. */
                            design: components["schemas"]["Design"];
                            /** @description What is wrong with the plan. */
                            faults: string[];
                            /** @description Its id. */
                            id: string;
                            /** @description What happened to it, oldest first. */
                            log: components["schemas"]["LogLine"][];
                            /** @description What whoever asks may do now: `edit`, `submit`, `withdraw`, `start`, `stop`, `decide`, `ramp`. */
                            may: string[];
                            /**
                             * Format: int64
                             * @description Counts up with every change.
                             */
                            revision: number;
                            /**
                             * Format: double
                             * @description Share of the traffic that takes part now.
                             */
                            share: number;
                            /** @description Simulated data, and what of. */
                            simulated?: string | null;
                            /** @description Where it stands. */
                            stage: components["schemas"]["Stage"];
                            /**
                             * Format: int64
                             * @description When it started.
                             */
                            started_ms?: number | null;
                            /**
                             * Format: int64
                             * @description When it was stopped.
                             */
                            stopped_ms?: number | null;
                            /** @description What is likely to go wrong. */
                            warnings: string[];
                        };
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
        /** Change the plan of a draft */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The whole plan. */
                        design: components["schemas"]["Design"];
                        /**
                         * Format: int64
                         * @description The revision that was seen.
                         */
                        revision: number;
                        /**
                         * Format: double
                         * @description Share of the traffic that it starts with; the plan's where none is named.
                         */
                        share?: number | null;
                    };
                };
            };
            responses: {
                /** @description The draft as it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "whiter-backgrounds",
                         *       "revision": 2,
                         *       "stage": "draft"
                         *     }
                         */
                        "application/json": {
                            /** @description Who began it. */
                            created_by: string;
                            /**
                             * Format: int64
                             * @description When, ms since 1970 UTC.
                             */
                            created_ms: number;
                            decision?: components["schemas"]["Decision"] | null;
                            /** @description The plan. */
                            design: components["schemas"]["Design"];
                            /** @description What is wrong with the plan. */
                            faults: string[];
                            /** @description Its id. */
                            id: string;
                            /** @description What happened to it, oldest first. */
                            log: components["schemas"]["LogLine"][];
                            /** @description What whoever asks may do now: `edit`, `submit`, `withdraw`, `start`, `stop`, `decide`, `ramp`. */
                            may: string[];
                            /**
                             * Format: int64
                             * @description Counts up with every change.
                             */
                            revision: number;
                            /**
                             * Format: double
                             * @description Share of the traffic that takes part now.
                             */
                            share: number;
                            /** @description Simulated data, and what of. */
                            simulated?: string | null;
                            /** @description Where it stands. */
                            stage: components["schemas"]["Stage"];
                            /**
                             * Format: int64
                             * @description When it started.
                             */
                            started_ms?: number | null;
                            /**
                             * Format: int64
                             * @description When it was stopped.
                             */
                            stopped_ms?: number | null;
                            /** @description What is likely to go wrong. */
                            warnings: string[];
                        };
                    };
                };
                /** @description Somebody else was faster, or it has started */
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
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/experiments/{id}/moves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move an experiment on
         * @description Submitting and sending back are for editors; starting, stopping and deciding for approvers, and who submitted does not start.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        choice?: components["schemas"]["Choice"] | null;
                        /** @description Why. */
                        reason?: string;
                        /**
                         * Format: int64
                         * @description The revision that was seen.
                         */
                        revision: number;
                        /** @description Where to: `review` (submit), `draft` (send back), `running` (start), `stopped`, `decided`. */
                        to: components["schemas"]["Stage"];
                    };
                };
            };
            responses: {
                /** @description The experiment as it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "whiter-backgrounds",
                         *       "revision": 4,
                         *       "stage": "stopped"
                         *     }
                         */
                        "application/json": {
                            /** @description Who began it. */
                            created_by: string;
                            /**
                             * Format: int64
                             * @description When, ms since 1970 UTC.
                             */
                            created_ms: number;
                            decision?: components["schemas"]["Decision"] | null;
                            /** @description The plan. */
                            design: components["schemas"]["Design"];
                            /** @description What is wrong with the plan. */
                            faults: string[];
                            /** @description Its id. */
                            id: string;
                            /** @description What happened to it, oldest first. */
                            log: components["schemas"]["LogLine"][];
                            /** @description What whoever asks may do now: `edit`, `submit`, `withdraw`, `start`, `stop`, `decide`, `ramp`. */
                            may: string[];
                            /**
                             * Format: int64
                             * @description Counts up with every change.
                             */
                            revision: number;
                            /**
                             * Format: double
                             * @description Share of the traffic that takes part now.
                             */
                            share: number;
                            /** @description Simulated data, and what of. */
                            simulated?: string | null;
                            /** @description Where it stands. */
                            stage: components["schemas"]["Stage"];
                            /**
                             * Format: int64
                             * @description When it started.
                             */
                            started_ms?: number | null;
                            /**
                             * Format: int64
                             * @description When it was stopped.
                             */
                            stopped_ms?: number | null;
                            /** @description What is likely to go wrong. */
                            warnings: string[];
                        };
                    };
                };
                /** @description Not from where it stands */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The plan has faults */
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
    "/v1/experiments/{id}/off-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge other rules by what was explored
         * @description Where a variant explores, each of its selections was made with a known probability. By these, the selections that other rules would have
         *     made too are weighed up, and it is told how often they would have been rewarded: before anything is tested.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "serves": {
                     *         "id": 12,
                     *         "what": "draft"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description A release, a draft, or the rules in force. */
                        serves: components["schemas"]["Serves"];
                    };
                };
            };
            responses: {
                /** @description What they would have earned, by every method that the log allows */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "alpha": 0.05,
                         *       "empty": 0,
                         *       "estimates": [],
                         *       "left_out": 0,
                         *       "logged": 0.041,
                         *       "questions": 310,
                         *       "reward": "click",
                         *       "same": 0.62,
                         *       "selections": 41000,
                         *       "variant": "explore"
                         *     }
                         */
                        "application/json": components["schemas"]["OffPolicyAnswer"];
                    };
                };
                /** @description No variant explores, or the rules cannot be read */
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
    "/v1/experiments/{id}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See which pictures change */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What each treatment's rules change on the products seen */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "treatments": [
                         *         {
                         *           "examples": [],
                         *           "main_changed": 14,
                         *           "newly_empty": 0,
                         *           "products": 120,
                         *           "variant": "stricter"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description For each treatment. */
                            treatments: components["schemas"]["ChangedOfTreatment"][];
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
    "/v1/experiments/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a report */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description As it was at the end of this day; now where none is named.
                     * @example 2026-12-01
                     */
                    day?: string;
                };
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Everything that can be said of it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "experiment": "whiter-backgrounds",
                         *       "verdict": {
                         *         "call": "wait",
                         *         "sentence": "…"
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["Report"];
                    };
                };
                /** @description No such experiment, or no report of that day */
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
    "/v1/experiments/{id}/report.{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a report
         * @description As `pdf`, `html` (self-contained), `csv` or `parquet` (a row for every number) or `json`: the same numbers in each.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description As it was at the end of this day; now where none is named.
                     * @example 2026-12-01
                     */
                    day?: string;
                };
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                    /** @description `pdf`, `html`, `csv`, `parquet` or `json` */
                    format: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example variant,metric,… */
                        "application/octet-stream": string;
                    };
                };
                /** @description No such experiment, day or format */
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
    "/v1/experiments/{id}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the days whose reports were kept */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The days, oldest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "days": [
                         *         {
                         *           "at_ms": 1796169599000,
                         *           "call": "wait",
                         *           "day": "2026-12-01",
                         *           "sentence": "…"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Oldest first. */
                            days: components["schemas"]["KeptReport"][];
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
    "/v1/experiments/{id}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let more of the traffic take part */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why. */
                        reason?: string;
                        /**
                         * Format: int64
                         * @description The revision that was seen.
                         */
                        revision: number;
                        /**
                         * Format: double
                         * @description The new share: more than now, at most as planned.
                         */
                        share: number;
                    };
                };
            };
            responses: {
                /** @description The experiment as it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "whiter-backgrounds",
                         *       "revision": 4,
                         *       "share": 0.5
                         *     }
                         */
                        "application/json": {
                            /** @description Who began it. */
                            created_by: string;
                            /**
                             * Format: int64
                             * @description When, ms since 1970 UTC.
                             */
                            created_ms: number;
                            decision?: components["schemas"]["Decision"] | null;
                            /** @description The plan. */
                            design: components["schemas"]["Design"];
                            /** @description What is wrong with the plan. */
                            faults: string[];
                            /** @description Its id. */
                            id: string;
                            /** @description What happened to it, oldest first. */
                            log: components["schemas"]["LogLine"][];
                            /** @description What whoever asks may do now: `edit`, `submit`, `withdraw`, `start`, `stop`, `decide`, `ramp`. */
                            may: string[];
                            /**
                             * Format: int64
                             * @description Counts up with every change.
                             */
                            revision: number;
                            /**
                             * Format: double
                             * @description Share of the traffic that takes part now.
                             */
                            share: number;
                            /** @description Simulated data, and what of. */
                            simulated?: string | null;
                            /** @description Where it stands. */
                            stage: components["schemas"]["Stage"];
                            /**
                             * Format: int64
                             * @description When it started.
                             */
                            started_ms?: number | null;
                            /**
                             * Format: int64
                             * @description When it was stopped.
                             */
                            stopped_ms?: number | null;
                            /** @description What is likely to go wrong. */
                            warnings: string[];
                        };
                    };
                };
                /** @description It does not run */
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
    "/v1/experiments/{id}/summaries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand in sums from a warehouse
         * @description For an experiment whose events stay where they are: centred moments by variant, day and segment, as the queries that come with
         *     Vitrine make them. They take the place of what was handed in before; an experiment counts either these or its events.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The experiment */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Evidence"];
                };
            };
            responses: {
                /** @description The report that follows */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "experiment": "whiter-backgrounds"
                         *     }
                         */
                        "application/json": components["schemas"]["Report"];
                    };
                };
                /** @description They do not fit the plan */
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
    "/v1/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How is the feed doing? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What waits, for how long, and who is not reached */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "dead_letters": 3,
                         *       "in_hand": 4,
                         *       "oldest_seconds": 1.8,
                         *       "redis_answers": true,
                         *       "results": [
                         *         {
                         *           "oldest_seconds": 7.2,
                         *           "receiver": "shop.example.com#1f0c22aa",
                         *           "waiting": 40
                         *         }
                         *       ],
                         *       "settled_last_minute": 2210,
                         *       "stream": {
                         *         "oldest_seconds": null,
                         *         "unacknowledged": 0,
                         *         "unread": 0
                         *       },
                         *       "waiting": 12
                         *     }
                         */
                        "application/json": components["schemas"]["FeedStatus"];
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
        /**
         * Send changes of the catalogue
         * @description In batches of up to 5,000, in any order; a change that was sent before changes nothing, and neither does one whose `revision` is lower
         *     than what is known of its product. What the answer calls taken is on disk and will be judged as `POST /v1/select` judges, whatever
         *     happens to this server; of several changes of one product that wait, the newest is judged. What became of it is told by webhook, in the
         *     stream of results, and by `GET /v1/feed/products/{product}`. What is wrong with one change stands in `refused`; the others are unaffected.
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
                     *       "changes": [
                     *         {
                     *           "at": "2026-12-01T10:15:00Z",
                     *           "candidates": [
                     *             {
                     *               "id": "front",
                     *               "url": "https://img.example.com/4711/front.jpg"
                     *             },
                     *             {
                     *               "id": "worn",
                     *               "url": "https://img.example.com/4711/worn.jpg"
                     *             }
                     *           ],
                     *           "id": "evt-9001",
                     *           "marketplace": "amazon",
                     *           "product": {
                     *             "category": "shoes",
                     *             "id": "sku-4711"
                     *           },
                     *           "region": "US",
                     *           "revision": 17
                     *         },
                     *         {
                     *           "at": "2026-12-01T10:15:02Z",
                     *           "id": "evt-9002",
                     *           "product": {
                     *             "id": "sku-0815"
                     *           },
                     *           "removed": true,
                     *           "revision": 3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ChangesRequest"];
                };
            };
            responses: {
                /** @description What became of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "known": 0,
                         *       "refused": [],
                         *       "taken": 2
                         *     }
                         */
                        "application/json": components["schemas"]["ChangesAnswer"];
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
                /** @description Too many changes */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description More comes in than can be answered; see `Retry-After` */
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
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/feed/dead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes that could not be judged */
        get: {
            parameters: {
                query?: {
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "letters": [
                         *         {
                         *           "attempts": 1,
                         *           "code": "rules_invalid",
                         *           "died_ms": 1764584103112,
                         *           "encoding": "text",
                         *           "id": "5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3",
                         *           "payload": "{…}",
                         *           "product_id": "sku-4711",
                         *           "reason": "there is no pack for the marketplace `amazn`"
                         *         }
                         *       ],
                         *       "next": null
                         *     }
                         */
                        "application/json": components["schemas"]["LettersBody"];
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
    "/v1/feed/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Throw dead letters away
         * @description For changes that nobody will mend. Unknown ids are passed over; the audit trail keeps which letters went.
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
                     *       "ids": [
                     *         "5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DiscardRequest"];
                };
            };
            responses: {
                /** @description How many went */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "discarded": 1
                         *     }
                         */
                        "application/json": components["schemas"]["Discarded"];
                    };
                };
                /** @description The role does not allow it */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Neither `ids` nor `all`, both, or too many ids */
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
    "/v1/feed/products/{product}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far is a product? */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description As the changes name it; the house's where they name none.
                     * @example amazon
                     */
                    marketplace?: string;
                    /**
                     * @description As the changes name it.
                     * @example US
                     */
                    region?: string;
                };
                header?: never;
                path: {
                    /**
                     * @description The product
                     * @example sku-4711
                     */
                    product: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What is settled of it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "change_id": "evt-9001",
                         *       "decision_id": "0c5d3f0f6f7f1a55f0a1f3a2a8f6f5b1f2e3d4c5b6a798877665544332211000",
                         *       "revision": 17,
                         *       "settled_ms": 1764584103112
                         *     }
                         */
                        "application/json": components["schemas"]["ProductBody"];
                    };
                };
                /** @description The feed has settled nothing of it */
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
    "/v1/feed/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try dead letters again
         * @description After what stood in their way is mended, such as a marketplace without rules. The letters whose changes are right now wait to be judged
         *     as if they had just come in; those that are still wrong stay.
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
                     *       "ids": [
                     *         "5b0f6f7f1a55f0a1f3a2a8f6f5b1f2e3"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ReplayRequest"];
                };
            };
            responses: {
                /** @description What became of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "known": 0,
                         *       "still_dead": [],
                         *       "waiting": 1
                         *     }
                         */
                        "application/json": components["schemas"]["Replayed"];
                    };
                };
                /** @description The role does not allow it */
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
    "/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What held for a product on a day */
        get: {
            parameters: {
                query: {
                    /**
                     * @description The product.
                     * @example sku-4711
                     */
                    product: string;
                    /**
                     * @description The day, in UTC; today where none is named.
                     * @example 2026-11-21
                     */
                    date?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What held */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "date": "2026-11-21",
                         *       "decisions": [
                         *         {
                         *           "at_ms": 1795000000000,
                         *           "id": "9f86…",
                         *           "main": "front",
                         *           "release": 3,
                         *           "rule_set": "5f0c…"
                         *         }
                         *       ],
                         *       "held": [
                         *         {
                         *           "enforcement": "enforce",
                         *           "roles": [
                         *             "main",
                         *             "gallery"
                         *           ],
                         *           "rule": "vitrine.too-small",
                         *           "title": "Large enough",
                         *           "version": "77ab…"
                         *         }
                         *       ],
                         *       "product": "sku-4711",
                         *       "release": 3
                         *     }
                         */
                        "application/json": {
                            /** @description The day. */
                            date: string;
                            /** @description Decisions that held at its end, newest first: the first is the one that held. */
                            decisions: components["schemas"]["DecisionHead"][];
                            /** @description The rules of the decision that held, by id; none where nothing was decided. */
                            held: components["schemas"]["HeldRule"][];
                            /** @description The product. */
                            product: string;
                            /**
                             * Format: int64
                             * @description The release that was in force at its end.
                             */
                            release?: number | null;
                        };
                    };
                };
                /** @description The day is no day */
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
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs a person now */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What needs a person */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "coming": [
                         *         {
                         *           "days": 72,
                         *           "effective_from": "2027-02-01",
                         *           "pack": "amazon-us",
                         *           "products": 26,
                         *           "products_failing": 12,
                         *           "rule": "amazon-us.square",
                         *           "title": "Square"
                         *         }
                         *       ],
                         *       "files_differ": false,
                         *       "queue": {
                         *         "open": 4
                         *       },
                         *       "stale": [],
                         *       "unusual": [],
                         *       "waiting": []
                         *     }
                         */
                        "application/json": {
                            /** @description Rules that begin later, the next first. */
                            coming: components["schemas"]["Coming"][];
                            /** @description Whether the pack files say something else than what is published. */
                            files_differ: boolean;
                            /** @description How things are. */
                            health: components["schemas"]["Health"];
                            /** @description The review queue. */
                            queue: components["schemas"]["QueueSize"];
                            /** @description Rules whose source was read long ago, the oldest first. */
                            stale: components["schemas"]["Stale"][];
                            /** @description Rules that act unusually much today. */
                            unusual: components["schemas"]["Unusual"][];
                            /** @description Drafts that wait for a second person, the oldest first. */
                            waiting: components["schemas"]["Waiting"][];
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
                query?: {
                    /** @description The file's name, only used to see whether its extension fits its content. */
                    name?: string;
                };
                header?: never;
                path?: never;
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
                /** @description More comes in than can be answered; see `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The server is stopping, or its store does not answer */
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
                query?: {
                    /**
                     * @description `open` (those that wait for whoever asks), `closed`, or `mine` (judged by whoever asks); all where none is named.
                     * @example open
                     */
                    state?: string;
                    /** @description Only of this rule. */
                    rule?: string;
                    /** @description Only of this category. */
                    category?: string;
                };
                header?: never;
                path?: never;
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
    "/v1/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List releases */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The releases, newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "canary": null,
                         *       "releases": [
                         *         {
                         *           "approver": "vitrine",
                         *           "at_ms": 1795000000000,
                         *           "author": "vitrine",
                         *           "draft": null,
                         *           "in_force": true,
                         *           "number": 1,
                         *           "reason": "the pack files that the program was started with",
                         *           "rules_changed": 0,
                         *           "share": 1,
                         *           "state": "full",
                         *           "title": "As installed"
                         *         }
                         *       ],
                         *       "stable": 1
                         *     }
                         */
                        "application/json": {
                            canary?: components["schemas"]["i64"] | null;
                            /** @description Newest first. */
                            releases: components["schemas"]["ReleaseHead"][];
                            /** @description The one in force. */
                            stable: components["schemas"]["i64"];
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
    "/v1/releases/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A release */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    number: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The release */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "can_undo": true,
                         *       "number": 4,
                         *       "share": 0.05,
                         *       "state": "canary"
                         *     }
                         */
                        "application/json": components["schemas"]["ReleaseBody"];
                    };
                };
                /** @description No such release */
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
    "/v1/releases/{number}/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move a release one stage on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "Nothing changed for the worse"
                     *     }
                     */
                    "application/json": components["schemas"]["ReasonBody"];
                };
            };
            responses: {
                /** @description The release */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "number": 4,
                         *       "share": 1,
                         *       "state": "full"
                         *     }
                         */
                        "application/json": components["schemas"]["ReleaseBody"];
                    };
                };
                /** @description It is not on its way */
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
    "/v1/releases/{number}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a release on its way */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "Wait for the new photographs"
                     *     }
                     */
                    "application/json": components["schemas"]["ReasonBody"];
                };
            };
            responses: {
                /** @description The release */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "number": 4,
                         *       "state": "stopped"
                         *     }
                         */
                        "application/json": components["schemas"]["ReleaseBody"];
                    };
                };
                /** @description It is not on its way */
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
    "/v1/releases/{number}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a release back
         * @description With all that it did: the release before it judges every product from the next selection on.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Its number */
                    number: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "reason": "Too many shoes are gone"
                     *     }
                     */
                    "application/json": components["schemas"]["ReasonBody"];
                };
            };
            responses: {
                /** @description The release */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "number": 4,
                         *       "state": "undone"
                         *     }
                         */
                        "application/json": components["schemas"]["ReleaseBody"];
                    };
                };
                /** @description It does not judge now */
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
                query?: {
                    /**
                     * @description `amazon`; the house pack where none is named.
                     * @example amazon
                     */
                    marketplace?: string;
                    /**
                     * @description Country or region.
                     * @example US
                     */
                    region?: string;
                    /**
                     * @description Category path.
                     * @example apparel/adult
                     */
                    category?: string;
                    /**
                     * @description `main`, `gallery` or `swatch`.
                     * @example main
                     */
                    role?: string;
                    /**
                     * @description The day; today where none is named.
                     * @example 2027-02-01
                     */
                    date?: string;
                };
                header?: never;
                path?: never;
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
    "/v1/rules/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Marketplaces that contradict each other
         * @description Rules that act on both sides and that no picture satisfies together, each with the rules it comes from. Only what is proven is told.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description One side; every marketplace where none is named.
                     * @example amazon
                     */
                    marketplace?: string;
                    /**
                     * @description A region of that marketplace.
                     * @example US
                     */
                    region?: string;
                    /**
                     * @description The other side; every other marketplace where none is named.
                     * @example bol
                     */
                    against?: string;
                    /**
                     * @description A region of the other side.
                     * @example NL
                     */
                    against_region?: string;
                    /**
                     * @description Category path; without one only the rules for all categories hold.
                     * @example apparel/adult
                     */
                    category?: string;
                    /**
                     * @description `main`, `gallery` or `swatch`.
                     * @example main
                     */
                    role?: string;
                    /**
                     * @description The day; today where none is named.
                     * @example 2027-02-01
                     */
                    date?: string;
                    /**
                     * @description As this draft has the rules.
                     * @example 12
                     */
                    draft?: components["schemas"]["i64"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The pairs that contradict each other */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "pairs": [
                         *         {
                         *           "conflicts": [
                         *             {
                         *               "meeting": true,
                         *               "one": [
                         *                 {
                         *                   "rule": "amazon-us.adult-clothing.on-model"
                         *                 }
                         *               ],
                         *               "other": [
                         *                 {
                         *                   "rule": "bol.main.no-model"
                         *                 }
                         *               ],
                         *               "sentence": "No picture satisfies both on the person score, but for one exact value: …",
                         *               "signals": [
                         *                 "person_score"
                         *               ],
                         *               "strict": false
                         *             }
                         *           ],
                         *           "one": {
                         *             "marketplace": "amazon",
                         *             "region": null
                         *           },
                         *           "other": {
                         *             "marketplace": "bol",
                         *             "region": null
                         *           }
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /** @description Each pair once, by name; those that contradict each other only. */
                            pairs: Record<string, never>[];
                        };
                    };
                };
                /** @description There is no such marketplace, region or category */
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
    "/v1/rules/explained": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules of a scope in plain sentences */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description `amazon`; the house pack where none is named.
                     * @example amazon
                     */
                    marketplace?: string;
                    /**
                     * @description Country or region.
                     * @example US
                     */
                    region?: string;
                    /**
                     * @description Category path.
                     * @example apparel/adult
                     */
                    category?: string;
                    /**
                     * @description `main`, `gallery` or `swatch`.
                     * @example main
                     */
                    role?: string;
                    /**
                     * @description The day; today where none is named.
                     * @example 2027-02-01
                     */
                    date?: string;
                    /**
                     * @description As this draft has them.
                     * @example 12
                     */
                    draft?: components["schemas"]["i64"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rules, by what becomes of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "acting": [],
                         *       "fires": {},
                         *       "scope": {}
                         *     }
                         */
                        "application/json": Record<string, never> & {
                            /** @description How often each fires over the catalogue were it offered there, by the release in force. */
                            fires: Record<string, never>;
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
    "/v1/rules/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every rule in short */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rules */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "release": 1,
                         *       "rules": [
                         *         {
                         *           "action": "suppress",
                         *           "marketplace": "vitrine",
                         *           "pack": "vitrine",
                         *           "rule": "vitrine.longest-side",
                         *           "title": "Large enough"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            /**
                             * Format: int64
                             * @description The release in force.
                             */
                            release: number;
                            /** @description By pack and then as written. */
                            rules: components["schemas"]["RuleHead"][];
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
    "/v1/rules/one/{rule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A rule with all there is to know of it */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description As this draft has it.
                     * @example 12
                     */
                    draft?: components["schemas"]["i64"];
                };
                header?: never;
                path: {
                    /** @description Its id */
                    rule: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rule */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "effect": "not_measured",
                         *       "rule": {
                         *         "id": "vitrine.longest-side"
                         *       },
                         *       "sentence": "…"
                         *     }
                         */
                        "application/json": {
                            /** @description Its cases. */
                            cases: components["schemas"]["Cases"];
                            /** @description `not_measured`: no experiment has measured it yet. */
                            effect: string;
                            /** @description Whether it acts; `None` where it is disabled. */
                            enforcement?: string | null;
                            /** @description What is wrong with it, or wants a look. */
                            findings: Record<string, never>[];
                            /** @description How often it fires over the catalogue. */
                            fires: components["schemas"]["Fires"];
                            /** @description Releases that changed it, newest first. */
                            history: components["schemas"]["RuleHistory"][];
                            /** @description Rules whose place it takes. */
                            inherits: string[];
                            /** @description The pack. */
                            pack: components["schemas"]["PackName"];
                            /** @description As the pack has it, with what the pack says for all its rules. */
                            rule: Record<string, never>;
                            /** @description In plain words. */
                            sentence: string;
                            /** @description The signals that it reads. */
                            signals: Record<string, never>[];
                            /** @description Rules that take its place where they hold too. */
                            superseded_by: string[];
                        };
                    };
                };
                /** @description No such rule */
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
    "/v1/rules/one/{rule}/effect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See what was measured of a rule
         * @description From experiments whose variants' rules differ in how often it acts. An experiment measures all that differs together; a rule's part is
         *     an attribution in proportion to its firings.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The rule */
                    rule: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was measured; `effects` is empty where nothing was */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "effects": []
                         *     }
                         */
                        "application/json": {
                            /** @description Experiments whose variants differ in it, the latest first; empty = not measured yet. */
                            effects: components["schemas"]["RuleInExperiment"][];
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
                /** @description More comes in than can be answered; see `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The server is stopping, or its store does not answer */
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
    "/v1/signals/{name}/distribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a signal is spread over the catalogue */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description Only those of this category and below.
                     * @example apparel
                     */
                    category?: string;
                };
                header?: never;
                path: {
                    /** @description The signal */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description How it is spread */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "bins": [
                         *         {
                         *           "count": 4,
                         *           "from": 300,
                         *           "to": 312
                         *         }
                         *       ],
                         *       "missing": 0,
                         *       "n": 130,
                         *       "quantiles": {
                         *         "p50": 1000
                         *       },
                         *       "signal": "long_side_px",
                         *       "unit": "px",
                         *       "values": []
                         *     }
                         */
                        "application/json": components["schemas"]["DistributionBody"];
                    };
                };
                /** @description No such signal */
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
         * @description What several marketplaces make of one picture, beside each other. Nothing is stored, and nobody has to sign in, but for a draft's rules.
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
                        draft?: components["schemas"]["i64"] | null;
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
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description The server is stopping, or its store does not answer */
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
        /** @description What a second person decides. */
        ApproveBody: {
            /** @description Why, 3 to 2000 characters. */
            reason: string;
            /** @description Shares of the products, growing, before all of them; the settings' where not named, `[]` for all at once. */
            stages?: number[] | null;
            /**
             * Format: int64
             * @description When it begins, ms since 1970 UTC; at once where not named.
             */
            start_at_ms?: number | null;
        };
        /** @description The release that a draft has become. */
        ApprovedBody: {
            /**
             * Format: int64
             * @description Its number.
             */
            release: number;
        };
        /** @description What a variant has seen. */
        ArmFigures: {
            /**
             * Format: double
             * @description Share of units as planned, 0 to 1.
             */
            planned_share: number;
            /**
             * Format: int64
             * @description Units.
             */
            units: number;
            /** @description The variant. */
            variant: string;
        };
        /** @description What a backtest is asked. */
        BacktestBody: {
            /** @description The day; today where none is named. */
            date?: string | null;
            /** @description Only pictures offered on this marketplace. */
            marketplace?: string | null;
            offered?: components["schemas"]["Offered"] | null;
            /** @description Only pictures offered in this region. */
            region?: string | null;
        };
        /** @description The Bayesian reading of an effect. */
        Bayes: {
            /**
             * Format: double
             * @description Chance that the treatment is better, 0 to 1.
             */
            chance_better: number;
            /**
             * Format: double
             * @description Expected loss on the metric's scale if the treatment is shipped.
             */
            expected_loss: number;
            /** @description What was believed before, in words. */
            prior: string;
        };
        /** @description One bar. */
        Bin: {
            /**
             * Format: int64
             * @description Pictures.
             */
            count: number;
            /**
             * Format: double
             * @description From, included.
             */
            from: number;
            /**
             * Format: double
             * @description To, excluded but for the last bar.
             */
            to: number;
        };
        /** @description A picture near a limit. */
        BorderlineBody: {
            /** @description Hash of its bytes. */
            content_hash: string;
            /** @description Its id. */
            image: string;
            /** @description What was measured. */
            value: Record<string, never>;
        };
        /** @description Shares that a roll-out must not pass. */
        Budget: {
            /**
             * Format: double
             * @description Pictures that a rule acts on beyond those it acted on before, of all pictures; for rules that are not named.
             */
            actions: number;
            /** @description The same for single rules, as their backtest foretold. */
            actions_of: Record<string, never>;
            /**
             * Format: double
             * @description Products left with nothing that the release before shows.
             */
            left_empty: number;
            /**
             * Format: double
             * @description Judgements of people that overturn the release's rules.
             */
            overturned: number;
        };
        /**
         * @description The call that the planned decision rule makes.
         * @enum {string}
         */
        Call: "ship" | "keep" | "inconclusive" | "wait" | "blocked" | "unreliable";
        /** @description A condition that speaks of the bad pictures, and how well. */
        CandidateBody: Record<string, never> & {
            /** @description Pictures of the catalogue nearest to its limits: label them good or bad, and search again. */
            borderline: components["schemas"]["BorderlineBody"][];
            /** @description What it makes of pictures of the catalogue. */
            stored: components["schemas"]["StoredBody"];
        };
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
        /** @description The cases of a rule. */
        Cases: {
            /** @description Whether some expect it to speak and some to keep silent. */
            both_sides: boolean;
            /** @description How many speak of it. */
            count: number;
            /** @description What no case shows, as sentences, the gravest first. */
            missing: string[];
        };
        /** @description A product as it was last judged. */
        CatalogueProduct: {
            /** @description Its category path. */
            category?: string | null;
            /** @description Whose rules judged it; null = the house's. */
            marketplace?: string | null;
            /** @description Its pictures. */
            pictures: components["schemas"]["ProductPicture"][];
            /** @description Its id. */
            product: string;
            /** @description Where. */
            region?: string | null;
            /** @description Its seller. */
            seller?: string | null;
        };
        /** @description All metrics of the units of one variant. */
        Cell: {
            /**
             * @description By the metric's name.
             * @default {}
             */
            metrics: {
                [key: string]: components["schemas"]["MetricSummary"];
            };
            /**
             * Format: int64
             * @description Units.
             * @default 0
             */
            units: number;
        };
        /** @description A product as it is now, or that it is gone. What is not named here is as in `POST /v1/select`. */
        ChangeBody: {
            /**
             * Format: date-time
             * @description When the product changed, by the sender's clock; it comes back with the result.
             */
            at: string;
            /** @description The pictures that compete. */
            candidates?: components["schemas"]["CandidateSource"][];
            /** @description The picture that leads now; it stays unless another is clearly better. */
            current_main?: string | null;
            /**
             * Format: date
             * @description The day whose rules hold; the day on which the change is judged where none is named.
             */
            date?: string | null;
            /** @description The sender's name for the change; it comes back with the result. */
            id: string;
            /** @description Language of the reasons, `en`. */
            language?: string | null;
            /** @description Whose rules hold, `amazon`; the house pack where none is named. */
            marketplace?: string | null;
            /** @description The product. */
            product: components["schemas"]["Product"];
            /** @description Country or region, `US`. */
            region?: string | null;
            /** @description Whether the product is gone; it has no candidates then. */
            removed?: boolean;
            /**
             * Format: int64
             * @description Counts up with each change of the product, within its marketplace and region; one that is not higher than what is known changes
             *     nothing, so that changes may come twice and in any order.
             */
            revision: number;
        };
        /** @description What a treatment's rules change. */
        ChangedOfTreatment: {
            /** @description Some of them. */
            examples: components["schemas"]["Example"][];
            /**
             * Format: int64
             * @description Products with another main picture.
             */
            main_changed: number;
            /**
             * Format: int64
             * @description Products left without one.
             */
            newly_empty: number;
            /**
             * Format: int64
             * @description Products that both rules have judged.
             */
            products: number;
            /** @description The treatment. */
            variant: string;
        };
        /** @description What became of a batch. */
        ChangesAnswer: {
            /**
             * Format: int64
             * @description Changes that are not newer than what is known of their products: sent before, or overtaken.
             */
            known: number;
            /** @description Changes that cannot be taken, by their place in the batch; the others are unaffected. */
            refused: components["schemas"]["RefusedChange"][];
            /**
             * Format: int64
             * @description Changes that wait to be judged, and will be, whatever happens to this server.
             */
            taken: number;
        };
        /** @description A batch of changes. */
        ChangesRequest: {
            /** @description The changes, in any order. */
            changes: components["schemas"]["ChangeBody"][];
        };
        /**
         * @description What was decided.
         * @enum {string}
         */
        Choice: "ship" | "keep" | "inconclusive";
        /** @description A rule that begins later. */
        Coming: {
            /**
             * Format: int64
             * @description Days until then.
             */
            days: number;
            /** @description Its first day. */
            effective_from: string;
            /** @description The pack. */
            pack: string;
            /**
             * Format: int64
             * @description Products of the catalogue.
             */
            products: number;
            /**
             * Format: int64
             * @description Products of the catalogue that fail it today.
             */
            products_failing: number;
            /** @description The rule. */
            rule: string;
            /** @description One line for people. */
            title: string;
        };
        /** @description A treatment against the control. */
        Comparison: {
            /** @description The primary metric's effect of each day's own units and outcomes alone, for novelty and weekdays. */
            by_day: components["schemas"]["DayPoint"][];
            /** @description Every metric, the primary one first, then guardrails, then the others. */
            metrics: components["schemas"]["MetricResult"][];
            /** @description The primary metric's effect up to each day. */
            over_time: components["schemas"]["DayPoint"][];
            /** @description The primary metric in parts of the units. */
            segments: components["schemas"]["SegmentTable"][];
            /** @description The treatment. */
            treatment: string;
        };
        /** @description Edits that another person's stand against: nothing was taken. */
        ConflictBody: {
            /** @description `edit_conflict`. */
            code: string;
            /** @description The fields, each with both values. */
            conflicts: components["schemas"]["EditConflict"][];
            /** @description What to do. */
            help: string;
            /** @description For people. */
            message: string;
        };
        /** @description What a draft does to the conflicts between marketplaces. */
        ConflictChangesBody: {
            /** @description Conflicts that it begins. */
            begins: Record<string, never>[];
            /** @description Conflicts that it ends. */
            ends: Record<string, never>[];
        };
        /** @description What was seen of the data itself. */
        DataCounts: {
            /**
             * Format: int64
             * @description Outcomes that came before their unit's first exposure: they count for nothing.
             * @default 0
             */
            before_exposure: number;
            /**
             * Format: int64
             * @description Exposures taken in.
             * @default 0
             */
            exposures: number;
            /**
             * Format: int64
             * @description Events that said themselves to be from bots, internal traffic or forced variants.
             * @default 0
             */
            not_customers: number;
            /**
             * Format: int64
             * @description Events whose own time was out of bounds, where somebody counts them: events that are sent are refused for it at once, and only their
             *     sender knows how many were sent again.
             * @default null
             */
            out_of_time: number | null;
            /**
             * Format: int64
             * @description Outcomes taken in of exposed units.
             * @default 0
             */
            outcomes: number;
            /**
             * Format: int64
             * @description Units that saw several variants: they are left out.
             * @default 0
             */
            several_variants: number;
            /**
             * Format: int64
             * @description Units left out because no person sees so much in a day.
             * @default 0
             */
            suspected_bots: number;
        };
        /** @description Everything up to the end of a day. */
        DayEvidence: {
            /** @description A cell a variant, cumulated from the start. */
            cells: components["schemas"]["Cell"][];
            /** @description The day, UTC: `2026-12-01`. */
            day: string;
            /**
             * Format: int64
             * @description Events of this day alone.
             */
            events?: number;
        };
        /** @description The effect up to, or of, a day. */
        DayPoint: {
            any_time?: components["schemas"]["Estimate"] | null;
            /** @description The day, UTC. */
            day: string;
            effect?: components["schemas"]["Estimate"] | null;
            /** @description Units of both. */
            units: number[];
        };
        /** @description A decision as it was taken. */
        Decision: {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Who. */
            by: string;
            /** @description What. */
            choice: components["schemas"]["Choice"];
            /** @description Why. */
            reason: string;
        };
        /** @description A decision in short. */
        DecisionHead: {
            /**
             * Format: int64
             * @description When it was first made, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Its id. */
            id: string;
            /** @description The picture that led. */
            main?: string | null;
            /**
             * Format: int64
             * @description The release whose rules judged.
             */
            release?: number | null;
            /** @description Version of the rule set that judged the main picture. */
            rule_set: string;
        };
        /**
         * @description What becomes of a picture, weakest first.
         * @enum {string}
         */
        DecisionName: "accept" | "demote" | "review" | "suppress";
        /** @description How an experiment is decided; fixed before it starts. */
        DecisionRule: {
            /**
             * Format: double
             * @description Error level, two-sided for the primary metric and one-sided for guardrails.
             * @default 0.05
             */
            alpha: number;
            /**
             * @description Once at the planned end, or at any time.
             * @default any_time
             */
            looks: components["schemas"]["Looks"];
            /**
             * Format: double
             * @description Power that the plan aims at.
             * @default 0.8
             */
            power: number;
        };
        /** @description The plan of an experiment, complete before it starts. */
        Design: {
            /**
             * @description Products or sellers that are known at the start are put into blocks of alike ones, and each block is dealt out evenly: category
             *     and what they sold before are then balanced from the first day. Without meaning for visitors and slots.
             */
            blocks?: boolean;
            /** @description How it is decided. */
            decision?: components["schemas"]["DecisionRule"];
            /** @description When a unit counts as having seen its variant. */
            exposure: components["schemas"]["ExposureRule"];
            /** @description Metrics that must not get worse by more than their margin. */
            guardrails?: components["schemas"]["Guardrail"][];
            /** @description What is expected to happen, and why. */
            hypothesis: string;
            /** @description Experiments of one layer never share a unit. */
            layer?: string;
            /** @description All metrics. */
            metrics: components["schemas"]["Metric"][];
            /**
             * Format: double
             * @description The smallest relative lift of the primary metric that is worth having: 0.05 = 5 %.
             */
            minimum_lift: number;
            /** @description Who answers for it. */
            owner: string;
            /**
             * Format: int32
             * @description Days that it is to run, whole weeks where possible.
             */
            planned_days: number;
            /**
             * Format: int64
             * @description Units that the plan asks for, all variants together; 0 = not planned by numbers.
             */
            planned_units?: number;
            /**
             * Format: int32
             * @description Days before the start whose outcomes adjust the metrics (CUPED); 0 = none.
             */
            pre_period_days?: number;
            /** @description Name of the one that decides. */
            primary: string;
            /** @description Which selections it is about. */
            scope?: components["schemas"]["Scope"];
            /** @description Dimensions that the effect is shown by, of `category`, `region`, `device`, `visitor`. */
            segments?: string[];
            /**
             * Format: double
             * @description Share of the layer's units that it may take at most, 0 to 1; it holds this range for as long as it runs.
             */
            share?: number;
            /** @description As people call it. */
            title: string;
            /** @description What is randomised. */
            unit: components["schemas"]["Unit"];
            /** @description What is compared; the first is the control. 2 to 6. */
            variants: components["schemas"]["VariantDesign"][];
        };
        /** @description Both ways to split, side by side. */
        DesignComparison: {
            /**
             * Format: double
             * @description Half-width of the lift's interval when products are split (0.4 = plus or minus 40 %).
             */
            by_product_half_width: number;
            /**
             * Format: double
             * @description The chance to find the lift that way, 0 to 1.
             */
            by_product_power: number;
            /**
             * Format: double
             * @description Half-width when the visitors of every product are split.
             */
            by_visitor_half_width: number;
            /**
             * Format: double
             * @description The chance to find it that way.
             */
            by_visitor_power: number;
            /**
             * Format: double
             * @description How many impressions the first way needs for one of the second.
             */
            design_effect: number;
            /**
             * Format: double
             * @description Share of the variance of an impression that lies between products.
             */
            intra_product_correlation: number;
            /** @description The comparison in words. */
            sentence: string;
        };
        /** @description The smallest lift that is found after some days. */
        Detectable: {
            /**
             * Format: double
             * @description With looks at any time, up to that day.
             */
            any_time: number;
            /**
             * Format: double
             * @description With one look at the end.
             */
            at_the_end: number;
            /**
             * Format: int64
             * @description Days.
             */
            days: number;
            /**
             * Format: int64
             * @description Units of all variants by then.
             */
            units: number;
        };
        /** @description Which letters are thrown away: those with `ids`, or `all`, one of the two. */
        DiscardRequest: {
            /** @description All there are. */
            all?: boolean;
            /** @description Their ids, up to 1,000. */
            ids?: string[] | null;
        };
        /** @description What became of dead letters that were thrown away. */
        Discarded: {
            /**
             * Format: int64
             * @description Letters that there were, and are no more.
             */
            discarded: number;
        };
        /** @description How a signal is spread. */
        DistributionBody: {
            /** @description Numbers in bars of one width, from the smallest value to the greatest. */
            bins: components["schemas"]["Bin"][];
            /**
             * Format: int64
             * @description Pictures of which it was not.
             */
            missing: number;
            /**
             * Format: int64
             * @description Pictures of which it was measured.
             */
            n: number;
            quantiles?: components["schemas"]["Quantiles"] | null;
            /** @description The signal. */
            signal: string;
            /** @description Its unit. */
            unit?: string | null;
            /** @description Texts and flags, the most frequent first. */
            values: components["schemas"]["ValueCount"][];
        };
        /** @description A draft with all that a person needs to see of it. */
        DraftBody: components["schemas"]["DraftFacts"] & {
            /** @description What its last backtest said, if it was of this revision. */
            backtest: Record<string, never>;
            /** @description Whether another release has gone live since it was begun. */
            behind: boolean;
            /** @description What they change, rule by rule. */
            diff: Record<string, never>;
            /** @description Its edits. */
            edits: components["schemas"]["DraftEdit"][];
            /** @description What is wrong with the rules it would make, or wants a look. */
            findings: Record<string, never>[];
            /** @description Why, in the author's words. */
            reason: string;
            review?: components["schemas"]["Review"] | null;
            /** @description The changed rules in plain words, before and after. */
            sentences: Record<string, never>;
        };
        /** @description One edit, who made it and when. */
        DraftEdit: Record<string, never> & {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Who changed it last. */
            by: string;
        };
        /** @description What every answer says of a draft. */
        DraftFacts: {
            /** @description Who began it. */
            author: string;
            /**
             * Format: int64
             * @description The release that it changes.
             */
            base_release: number;
            /**
             * Format: int64
             * @description Ms since 1970 UTC.
             */
            changed_ms: number;
            /**
             * Format: int64
             * @description Ms since 1970 UTC.
             */
            created_ms: number;
            /** @description Its number. */
            id: components["schemas"]["i64"];
            /**
             * Format: int64
             * @description The release that it has become.
             */
            release?: number | null;
            /**
             * Format: int64
             * @description Counts up with every change of its edits or state.
             */
            revision: number;
            /** @description Whether it judges live traffic beside. */
            shadow: boolean;
            /** @description Where it stands. */
            state: components["schemas"]["DraftState"];
            /**
             * Format: int64
             * @description Ms since 1970 UTC.
             */
            submitted_ms?: number | null;
            /** @description One line for people. */
            title: string;
        };
        /** @description A draft in short. */
        DraftHead: components["schemas"]["DraftFacts"] & {
            /** @description How many edits it has. */
            edits: number;
        };
        /**
         * @description Where a draft stands.
         * @enum {string}
         */
        DraftState: "open" | "submitted" | "published" | "withdrawn";
        /** @description A value that two people want different. */
        EditConflict: {
            /** @description Who made it what it is; `None` where the release has it so. */
            by?: string | null;
            /** @description Its field. */
            field: string;
            /** @description The rule. */
            rule: string;
            /** @description What it is now. */
            theirs: Record<string, never>;
            /** @description What the person saw. */
            was: Record<string, never>;
            /** @description What the person wants. */
            yours: Record<string, never>;
        };
        /** @description Edits to take in or to try. */
        EditsBody: {
            /** @description Each with the value that its author saw. */
            edits: Record<string, never>[];
        };
        /** @description An effect with its uncertainty. */
        Effect: {
            /** @description Treatment minus control, adjusted where CUPED is on: decisions are made on this scale. */
            absolute: components["schemas"]["Estimate"];
            /**
             * Format: double
             * @description p corrected for several variants or metrics, where there are several.
             */
            adjusted_p?: number | null;
            any_time?: components["schemas"]["Estimate"] | null;
            bayes?: components["schemas"]["Bayes"] | null;
            /** @description Whether the difference is in the good direction. */
            better: boolean;
            lift?: components["schemas"]["LiftEstimate"] | null;
            /** @description The method, in words: `Welch's t-test`, `permutation of 12 products`. */
            method: string;
            /** @description Whether the decision rule calls it a difference. */
            significant: boolean;
            unadjusted?: components["schemas"]["Estimate"] | null;
            uncapped?: components["schemas"]["Estimate"] | null;
            /**
             * Format: double
             * @description Share of the variance that the time before the start explains.
             */
            variance_removed?: number | null;
        };
        /**
         * @description Whether a rule acts.
         * @enum {string}
         */
        EnforcementName: "enforce" | "warn";
        /** @description One line of a roll-out's log. */
        Entry: {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description What happened, for people. */
            what: string;
        };
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
        /** @description An estimate with its interval. */
        Estimate: {
            /**
             * Format: double
             * @description Upper end; absent = infinity.
             */
            high?: number | null;
            /**
             * Format: double
             * @description Lower end of the interval; absent = minus infinity.
             */
            low?: number | null;
            /**
             * Format: double
             * @description Two-sided p.
             */
            p: number;
            /**
             * Format: double
             * @description Standard error.
             */
            std_error: number;
            /**
             * Format: double
             * @description The estimate.
             */
            value: number;
        };
        /** @description What one method says. */
        Estimated: {
            /** @description What it is good for, in a sentence. */
            about: string;
            /** @description Why it may be off. */
            doubts: string[];
            effect?: components["schemas"]["Interval"] | null;
            /**
             * Format: double
             * @description How many selections of the other choice the log is worth.
             */
            effective?: number | null;
            /** @description The method, as people call it. */
            method: string;
            /** @description Why there is no number. */
            refused?: string | null;
            value?: components["schemas"]["Interval"] | null;
        };
        /** @description Something that happened to a unit. */
        EventBody: {
            /**
             * Format: date-time
             * @description When it happened, by the sender's clock: at most 35 days ago and 10 minutes ahead.
             */
            at: string;
            /** @description The `exposure_id` of the selection's answer; needed for an exposure, and one of the ways to name an outcome's unit. */
            exposure_id?: string | null;
            /** @description The sender's id for it, unique for the unit: sent twice, it counts once. */
            id: string;
            /** @description The outcome's name: `purchase`. */
            name?: string | null;
            /** @description The product of an outcome, or the family of products that is one unit. */
            product_id?: string | null;
            /** @description The seller of an outcome. */
            seller?: string | null;
            traffic?: components["schemas"]["Traffic"] | null;
            /** @description What. */
            type: components["schemas"]["EventKind"];
            /** @description The visitor of an outcome, as `unit_id` of the selection. */
            unit_id?: string | null;
            /**
             * Format: double
             * @description The outcome's value, at most 10^9; counted in millionths.
             */
            value?: number | null;
        };
        /**
         * @description What kind of event.
         * @enum {string}
         */
        EventKind: "exposure" | "outcome";
        /** @description What became of a batch. */
        EventsAnswer: {
            /** @description Events that cannot be taken, by their place in the batch; the others are unaffected. */
            refused: components["schemas"]["RefusedEvent"][];
            /**
             * Format: int64
             * @description Events that were there already.
             */
            repeated: number;
            /**
             * Format: int64
             * @description Events that are new.
             */
            taken: number;
        };
        /** @description A batch of events. */
        EventsRequest: {
            /** @description The events, in any order. */
            events: components["schemas"]["EventBody"][];
        };
        /** @description The whole evidence of an experiment at one moment. Vectors over variants are in the design's order, the control first. */
        Evidence: {
            /**
             * Format: int64
             * @description When it was put together, ms since 1970 UTC.
             * @default 0
             */
            as_of_ms: number;
            /**
             * @description What was seen of the data itself.
             * @default {
             *       "before_exposure": 0,
             *       "exposures": 0,
             *       "not_customers": 0,
             *       "outcomes": 0,
             *       "several_variants": 0,
             *       "suspected_bots": 0
             *     }
             */
            counts: components["schemas"]["DataCounts"];
            /**
             * @description Everything up to the end of each day that had any, oldest first.
             * @default []
             */
            days: components["schemas"]["DayEvidence"][];
            /**
             * @description The units themselves, where there are so few that only a permutation test can be trusted (see
             *     [`crate::statistics::permutation::CLUSTERS_FEW`]): a list a variant.
             * @default null
             */
            few_units: components["schemas"]["UnitValues"][][] | null;
            /**
             * @description Firings of rules, by rule and variant.
             * @default []
             */
            rules: components["schemas"]["RuleFirings"][];
            /**
             * @description Parts of the units, by dimension and value.
             * @default []
             */
            segments: components["schemas"]["SegmentEvidence"][];
            /**
             * @description Everything so far, a cell a variant.
             * @default []
             */
            total: components["schemas"]["Cell"][];
        };
        /** @description A product whose main picture differs. */
        Example: {
            /** @description SHA-256 of the second. */
            new_hash?: string | null;
            /** @description The main picture under the second. */
            new_main?: string | null;
            /** @description SHA-256 of the first, the key of `GET /v1/images/{hash}/thumbnail`. */
            old_hash?: string | null;
            /** @description The main picture under the first. */
            old_main?: string | null;
            /** @description The product. */
            product: string;
        };
        /** @description A selection's part in an experiment. */
        ExperimentAnswer: {
            /** @description Where the variant explores: whether chance has put another picture in front than the rules' own choice. */
            explored?: boolean | null;
            /** @description To be sent with the exposure's event when the picture is shown. */
            exposure_id: string;
            /** @description The caller asked for this variant: nothing of it is counted. */
            forced: boolean;
            /** @description The experiment. */
            id: string;
            /**
             * Format: double
             * @description Where the variant explores: the probability with which this picture leads.
             */
            propensity?: number | null;
            /** @description The variant that judged. */
            variant: string;
        };
        /** @description How far a variant's selections leave its rules' own choice of the main picture. */
        Exploration: {
            /**
             * Format: double
             * @description Share of selections that may lead with another picture than the rules' own, above 0 to 1.
             */
            budget: number;
            /**
             * Format: double
             * @description Of that, the share that goes to all allowed pictures alike, whatever came of them so far, above 0 to 1; the rest goes to each by its
             *     chance to be the best (Thompson sampling).
             */
            even_share?: number;
            /**
             * Format: double
             * @description How often it comes before anything is known, between 0 and 1: the category's rate.
             */
            prior_rate?: number;
            /**
             * Format: double
             * @description How many selections that counts for, above 0.
             */
            prior_weight?: number;
            /** @description The outcome that a selection hopes for, `click`, told with the selection's `exposure_id`. */
            reward: string;
        };
        /**
         * @description When a unit counts as having seen its variant.
         * @enum {string}
         */
        ExposureRule: "shown" | "answered";
        /** @description How the feed is doing. */
        FeedStatus: {
            /**
             * Format: int64
             * @description Dead letters.
             */
            dead_letters: number;
            /**
             * Format: int64
             * @description Products with a change in a worker's hand.
             */
            in_hand: number;
            /**
             * Format: double
             * @description How long the oldest of these has waited, s; null where nothing waits.
             */
            oldest_seconds?: number | null;
            /** @description Whether Redis answers; null without Redis. */
            redis_answers?: boolean | null;
            /** @description Who has not been told everything yet. */
            results: components["schemas"]["ReceiverStatus"][];
            /**
             * Format: int64
             * @description Products settled during the last minute, by all workers.
             */
            settled_last_minute: number;
            stream?: components["schemas"]["StreamStatus"] | null;
            /**
             * Format: int64
             * @description Products with a change that nobody has in hand.
             */
            waiting: number;
        };
        /** @description A file that could not be read. */
        FileError: {
            /** @description Stable code, `not_an_image`. */
            code: string;
            /** @description What is wrong and what to do. */
            message: string;
        };
        /** @description How often a rule fires over the catalogue. */
        Fires: {
            /**
             * Format: int64
             * @description Pictures that it speaks of.
             */
            pictures: number;
            /**
             * Format: double
             * @description Of all pictures of the catalogue, 0..=1.
             */
            share: number;
        };
        /** @description A picture whose verdict flips. */
        FlipBody: Record<string, never> & {
            /** @description What stands against it by the draft. */
            reasons_new: Record<string, never>[];
            /** @description What stands against it by the release. */
            reasons_old: Record<string, never>[];
        };
        /** @description Pictures whose verdict flips. */
        FlipsBody: {
            /** @description The first of them, by content hash. */
            flips: components["schemas"]["FlipBody"][];
            /**
             * Format: int64
             * @description How many there are.
             */
            total: number;
        };
        /** @description What was found. */
        FoundBody: {
            /** @description The best first. */
            candidates: components["schemas"]["CandidateBody"][];
        };
        /**
         * @description Which direction of a metric is good.
         * @enum {string}
         */
        Good: "higher" | "lower";
        /** @description A metric that must not get worse. */
        Guardrail: {
            /**
             * Format: double
             * @description How much worse is still acceptable, relative to the control: 0.02 = 2 %.
             */
            margin: number;
            /** @description The metric's name. */
            metric: string;
        };
        /** @description Whether a guardrail holds. */
        GuardrailResult: {
            /**
             * Format: double
             * @description Largest acceptable loss relative to the control.
             */
            margin: number;
            /**
             * Format: double
             * @description One-sided p of "worse by the margin or more".
             */
            p: number;
            /** @description What can be said. */
            state: components["schemas"]["GuardrailState"];
        };
        /**
         * @description What can be said of a guardrail.
         * @enum {string}
         */
        GuardrailState: "holds" | "broken" | "open";
        /** @description An experiment as a list shows it. */
        Head: {
            call?: components["schemas"]["Call"] | null;
            choice?: components["schemas"]["Choice"] | null;
            /** @description Whether it compares all that was shipped with none of it: the truth about the sum. */
            holdout?: boolean;
            /** @description Its id. */
            id: string;
            lift?: components["schemas"]["LiftEstimate"] | null;
            /**
             * Format: double
             * @description Standard error of the lift, relative to the control.
             */
            lift_error?: number | null;
            /** @description Who answers for it. */
            owner: string;
            /**
             * Format: int32
             * @description Days that it was planned for.
             */
            planned_days: number;
            /** @description The metric that decides. */
            primary_title: string;
            /** @description Which selections it is about. */
            scope: components["schemas"]["Scope"];
            /** @description The same in a sentence. */
            sentence?: string | null;
            /**
             * Format: double
             * @description Share of the traffic that takes part, 0 to 1.
             */
            share: number;
            /** @description Simulated data, and what of. */
            simulated?: string | null;
            /** @description Where it stands. */
            stage: components["schemas"]["Stage"];
            /**
             * Format: int64
             * @description When it started, ms since 1970 UTC.
             */
            started_ms?: number | null;
            /**
             * Format: int64
             * @description When it was stopped, ms since 1970 UTC.
             */
            stopped_ms?: number | null;
            /** @description As people call it. */
            title: string;
            /** @description What is randomised. */
            unit: components["schemas"]["Unit"];
        };
        /** @description How things are. */
        Health: {
            /** @description Named models that are not used, and why. */
            models_refused: string[];
            /**
             * Format: int64
             * @description Pictures of the catalogue.
             */
            pictures: number;
            /**
             * Format: int64
             * @description Products of the catalogue.
             */
            products: number;
            /**
             * Format: int64
             * @description The release in force.
             */
            release: number;
            /** @description The one on its way: number, state, share. */
            rollout?: Record<string, never> | null;
            /** @description Whether the store answers. */
            store: boolean;
        };
        /** @description One check of the data. */
        HealthCheck: {
            /**
             * @description `sample_ratio`, `sample_ratio_any_time`, `several_variants`, `bots`, `pre_period`, `missing_days`, `sudden_drop`,
             *     `outcome_before_exposure`, `novelty`, `weekday`, …
             */
            name: string;
            /** @description What was seen, in a sentence with numbers. */
            sentence: string;
            /** @description Its outcome. */
            state: components["schemas"]["HealthState"];
            /** @description As people call it. */
            title: string;
        };
        /**
         * @description Outcome of a check.
         * @enum {string}
         */
        HealthState: "blocks" | "warns" | "passes" | "unknown";
        /** @description A rule that judged a product. */
        HeldRule: {
            /** @description Whether it acted or only warned. */
            enforcement: string;
            /** @description For the picture that leads, for those that follow, or both. */
            roles: string[];
            /** @description The rule. */
            rule: string;
            /** @description One line for people, as it was. */
            title: string;
            /** @description Hash of all that can change its verdict: the same rule with the same version judged the same. */
            version: string;
        };
        /**
         * @description Counts of values in buckets whose bounds grow by 1 %: bucket `k > 0` holds values around `1.01^(k - 3000)`, bucket 0 those at or
         *     below 0, so that a quantile is right to half a percent (as DDSketch, Masson et al. 2019).
         */
        Histogram: {
            [key: string]: number;
        };
        /** @description What a holdout says. */
        Holdout: {
            /** @description The experiment. */
            id: string;
            /** @description The lift of everything shipped over nothing shipped. */
            lift: components["schemas"]["LiftEstimate"];
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
        /** @description A number with its interval of the asked level. */
        Interval: {
            /**
             * Format: double
             * @description Upper end.
             */
            high: number;
            /**
             * Format: double
             * @description Lower end.
             */
            low: number;
            /**
             * Format: double
             * @description The estimate.
             */
            value: number;
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
        /** @description A kept report in a list. */
        KeptReport: {
            /**
             * Format: int64
             * @description When it was kept last, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description The call of that day. */
            call: components["schemas"]["Call"];
            /** @description The day, UTC. */
            day: string;
            /** @description Its sentence. */
            sentence: string;
        };
        /** @description A change that could not be judged. */
        LetterBody: {
            /**
             * Format: int64
             * @description How often it was tried.
             */
            attempts: number;
            /** @description Stable code, `change_invalid`. */
            code: string;
            /**
             * Format: int64
             * @description When it was given up, ms since 1970 UTC.
             */
            died_ms: number;
            /** @description How `payload` is written: `text`, or `base64` of bytes that are no text. */
            encoding: string;
            /** @description Hash of what was sent. */
            id: string;
            /** @description What was sent. */
            payload: string;
            /** @description The product; empty where it cannot be read. */
            product_id: string;
            /** @description What is wrong with it. */
            reason: string;
        };
        /** @description Dead letters, the newest first. */
        LettersBody: {
            /** @description The letters. */
            letters: components["schemas"]["LetterBody"][];
            /** @description Where the next page begins, to be given as `after`; null at the end. */
            next?: string | null;
        };
        /** @description A relative lift with the set of lifts that the data do not contradict. */
        LiftEstimate: {
            /**
             * Format: double
             * @description Upper end; absent = none.
             */
            high?: number | null;
            /**
             * Format: double
             * @description Lower end; absent = none.
             */
            low?: number | null;
            /** @description Whether the set is everything *outside* low and high: the control's mean could be 0. */
            outside: boolean;
            /**
             * Format: double
             * @description 0.1 = 10 % more.
             */
            value: number;
        };
        /** @description Something that happened to an experiment. */
        LogLine: {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Who. */
            by: string;
            /** @description Why. */
            reason: string;
            /** @description What. */
            what: string;
        };
        /**
         * @description When it may be decided.
         * @enum {string}
         */
        Looks: "at_the_end" | "any_time";
        /** @description One metric of an experiment, with its definition as the report shows it. */
        Metric: components["schemas"]["MetricKind"] & {
            /**
             * Format: double
             * @description A unit's total above this counts as this (winsorising), fixed before the start; only for counts, totals and ratios.
             */
            cap?: number | null;
            /** @description Which direction is good. */
            good: components["schemas"]["Good"];
            /** @description Its name, unique within the experiment: `conversion`. */
            name: string;
            /** @description As people call it: `Conversion`. */
            title: string;
            /** @description What values count in: `EUR`, `clicks`; empty for shares. */
            unit?: string;
        };
        /** @description How a unit's outcomes become a number. `event` names outcome events; `exposures` stands for the unit's own exposures. */
        MetricKind: {
            /** @description The outcome's name. */
            event: string;
            /** @enum {string} */
            kind: "proportion";
        } | {
            /** @description The outcome's name. */
            event: string;
            /** @enum {string} */
            kind: "count";
        } | {
            /** @description The outcome's name. */
            event: string;
            /** @enum {string} */
            kind: "total";
        } | {
            /** @description Counted above the line. */
            event: string;
            /** @enum {string} */
            kind: "ratio";
            /** @description Counted below it; `exposures` for impressions. */
            per: string;
        } | {
            /** @description The outcome's name. */
            event: string;
            /** @enum {string} */
            kind: "quantile";
            /**
             * Format: double
             * @description Which one, 0 to 1: 0.9 for the 90th percentile.
             */
            level: number;
        };
        /** @description One metric of a treatment against the control. */
        MetricResult: {
            /** @description What speaks against believing it; empty = nothing. */
            concerns: string[];
            /**
             * Format: double
             * @description The control's figure; absent where it cannot be estimated.
             */
            control?: number | null;
            /** @description What it is. */
            definition: string;
            effect?: components["schemas"]["Effect"] | null;
            guardrail?: components["schemas"]["GuardrailResult"] | null;
            /** @description Its name. */
            metric: string;
            /** @description Why there is no number. */
            refused?: string | null;
            /** @description Its part in the decision. */
            role: components["schemas"]["Role"];
            /** @description As people call it. */
            title: string;
            /**
             * Format: double
             * @description The treatment's figure.
             */
            treatment?: number | null;
            /** @description What values count in. */
            unit: string;
            /** @description Units of both. */
            units: number[];
        };
        /**
         * @description A metric's summary over the units of one variant.
         *
         *     The four variables of a unit are: its outcome, its denominator (1 for anything but a ratio), and both again from the time before the
         *     start (0 where there is none).
         */
        MetricSummary: {
            /**
             * Format: int64
             * @description Units above the cap.
             */
            capped_units?: number;
            /** @description For quantiles: how many units have a value in each bucket, see [`Histogram`]. */
            histogram?: components["schemas"]["Histogram"];
            /** @description Units, means and products of deviations of the four variables. */
            moments: Record<string, never>;
            /** @description The outcome's shape, for its skewness. */
            shape: Record<string, never>;
            /**
             * Format: double
             * @description The smallest outcome above 0.
             */
            smallest?: number | null;
            /** @description The same without the cap, where the metric has one. */
            uncapped?: Record<string, never> | null;
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
        /** @description What another choice would have earned, by the log. */
        OffPolicy: {
            /** @description The estimates; the first that is one is the one to begin with. */
            estimates: components["schemas"]["Estimated"][];
            /**
             * Format: double
             * @description Share of the logged selections that were rewarded.
             */
            logged: number;
            /** @description Different questions among them. */
            questions: number;
            /**
             * Format: double
             * @description Share of the selections whose question the other choice answers with the picture that was seen.
             */
            same: number;
            /** @description Logged selections. */
            selections: number;
        };
        /** @description What other rules would have earned. */
        OffPolicyAnswer: components["schemas"]["OffPolicy"] & {
            /**
             * Format: double
             * @description Error level of the intervals, two-sided.
             */
            alpha: number;
            /**
             * Format: double
             * @description Share of the questions that the other rules leave without a main picture.
             */
            empty: number;
            /** @description Logged selections whose decision or rules cannot be judged anew: they are left out. */
            left_out: number;
            /** @description The outcome that a selection hopes for. */
            reward: string;
            /** @description The variant whose selections were logged. */
            variant: string;
        };
        /** @description A place where products are offered. */
        Offered: {
            /** @description The marketplace; the house where not named. */
            marketplace?: string | null;
            /** @description The region. */
            region?: string | null;
        };
        /** @description How often an outcome happens. */
        OutcomeTraffic: {
            /**
             * Format: int64
             * @description How often.
             */
            events: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Of how many units.
             */
            units: number;
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
        /** @description A pack's names. */
        PackName: {
            /** @description Unique. */
            id: string;
            /** @description The marketplace it answers for. */
            marketplace: string;
            /** @description For people. */
            title: string;
        };
        /** @description How often looking every day finds something that is not there. */
        Peeking: {
            /**
             * Format: double
             * @description Share of experiments without any effect in which one of the looks is called a difference, 0 to 1.
             */
            false_positives: number;
            /**
             * Format: int32
             * @description Looks.
             */
            looks: number;
            /** @description The same in words. */
            sentence: string;
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
        /** @description What can be said before an experiment. */
        PlanAnswer: {
            any_time?: components["schemas"]["PlanFigures"] | null;
            at_the_end?: components["schemas"]["PlanFigures"] | null;
            designs?: components["schemas"]["DesignComparison"] | null;
            /** @description What can be found after so many days. */
            detectable: components["schemas"]["Detectable"][];
            peeking?: components["schemas"]["Peeking"] | null;
            power?: components["schemas"]["PowerAt"] | null;
            /** @description Why there is no answer. */
            refused?: string | null;
            /** @description The answer in words. */
            sentences: string[];
            /**
             * Format: double
             * @description How many times the units of the first the second has to be allowed to run to.
             */
            times_fixed?: number | null;
            /** @description What speaks against the plan. */
            warnings: string[];
        };
        /** @description A size and a length. */
        PlanFigures: {
            /**
             * Format: int64
             * @description Of these, the control's.
             */
            control_units: number;
            /**
             * Format: int64
             * @description Days to get them, at least 7.
             */
            days: number;
            /**
             * Format: int64
             * @description Units of all variants.
             */
            units: number;
            /**
             * Format: int64
             * @description The same in whole weeks, as it should be planned.
             */
            whole_weeks_days: number;
        };
        /** @description Something planned against what happened. */
        PlanLine: {
            /** @description As it is. */
            actual: string;
            /** @description As planned. */
            planned: string;
            /** @description What. */
            what: string;
        };
        /** @description The metric as it is today. */
        PlanMetric: {
            /** @enum {string} */
            kind: "proportion";
            /**
             * Format: double
             * @description 0 to 1.
             */
            rate: number;
        } | {
            /** @enum {string} */
            kind: "count";
            /**
             * Format: double
             * @description Mean per unit.
             */
            mean: number;
            /**
             * Format: double
             * @description Standard deviation between units; absent = that of events that come independently, the square root of the mean.
             */
            sd?: number | null;
        } | {
            /** @enum {string} */
            kind: "total";
            /**
             * Format: double
             * @description Mean per unit, those with nothing included.
             */
            mean: number;
            /**
             * Format: double
             * @description Standard deviation between units, likewise.
             */
            sd: number;
        } | {
            /** @enum {string} */
            kind: "ratio";
            /**
             * Format: double
             * @description The ratio of both sums.
             */
            ratio: number;
            /**
             * Format: double
             * @description Standard deviation between units of (numerator - ratio x denominator) / mean denominator.
             */
            sd: number;
        } | {
            /**
             * Format: double
             * @description The value a little higher: at the level plus that.
             */
            above: number;
            /**
             * Format: double
             * @description The value a little lower: at the level minus [`PlanMetric::reach`].
             */
            below: number;
            /** @enum {string} */
            kind: "quantile";
            /**
             * Format: double
             * @description Which one, 0 to 1.
             */
            level: number;
            /**
             * Format: double
             * @description Its value.
             */
            value: number;
        };
        /** @description What is asked before an experiment. */
        PlanQuestion: {
            /**
             * Format: double
             * @description Error level, two-sided.
             */
            alpha?: number;
            /**
             * Format: double
             * @description Correlation of the metric with the same metric of the same units before the start, where that adjusts it (CUPED); 0 = not.
             */
            correlation?: number;
            /**
             * Format: double
             * @description The smallest relative lift that is worth finding: 0.05 = 5 %; below 0 for a loss.
             */
            lift: number;
            /** @description The primary metric as it is today. */
            metric: components["schemas"]["PlanMetric"];
            /**
             * Format: double
             * @description Chance to find a lift of that size, 0.5 to 1.
             */
            power?: number;
            products?: components["schemas"]["ProductQuestion"] | null;
            /**
             * Format: double
             * @description Share of them that takes part, 0 to 1.
             */
            share?: number;
            /**
             * Format: int64
             * @description A size that is given, all variants together: what does it find?
             */
            units?: number | null;
            /**
             * Format: double
             * @description Units that come new each day, all traffic of the scope.
             */
            units_per_day: number;
            /** @description Weights of the variants, the control first. */
            weights?: number[];
        };
        /** @description What all decided experiments add up to. */
        Portfolio: {
            /** @description How to read it. */
            caution: string;
            /** @description By metric, those with the most experiments first. */
            metrics: components["schemas"]["PortfolioMetric"][];
        };
        /** @description One decided experiment. */
        PortfolioLine: {
            /** @description What was decided. */
            choice: components["schemas"]["Choice"];
            /**
             * Format: double
             * @description Upper end.
             */
            high: number;
            /** @description Its id. */
            id: string;
            /**
             * Format: double
             * @description The lift as measured.
             */
            lift: number;
            /**
             * Format: double
             * @description Lower end of that.
             */
            low: number;
            /**
             * Format: double
             * @description Drawn towards the whole.
             */
            shrunken: number;
            /** @description As people call it. */
            title: string;
        };
        /** @description All decided experiments of one metric. */
        PortfolioMetric: {
            /**
             * Format: double
             * @description The same drawn towards the whole: what to expect.
             */
            expected: number;
            /** @description Each experiment, in the order of their start. */
            experiments: components["schemas"]["PortfolioLine"][];
            /**
             * Format: double
             * @description Upper end.
             */
            high: number;
            holdout?: components["schemas"]["Holdout"] | null;
            /**
             * Format: double
             * @description Lower end of what to expect.
             */
            low: number;
            /**
             * Format: double
             * @description What was shipped, as measured, one on top of the other: 0.1 = 10 %.
             */
            measured: number;
            /** @description The sum in a sentence. */
            sentence: string;
            /** @description The metric. */
            title: string;
        };
        /** @description The chance to find the lift. */
        PowerAt: {
            /**
             * Format: double
             * @description With looks at any time, up to that size: at least this.
             */
            any_time: number;
            /**
             * Format: double
             * @description With one look at the end, 0 to 1.
             */
            at_the_end: number;
            /**
             * Format: int64
             * @description Units of all variants.
             */
            units: number;
        };
        /** @description Which pictures, and how many. */
        PreviewBody: {
            /** @description Only those of this category and below. */
            category?: string | null;
            /** @description Language of the reasons; English where not named. */
            language?: string | null;
            /** @description At most so many, 1 to 200; 24 where not named. */
            limit?: number | null;
            /** @description Only those offered on this marketplace. */
            marketplace?: string | null;
            offered?: components["schemas"]["Offered"] | null;
            /** @description Only those offered in this region. */
            region?: string | null;
            /** @description Only those that this rule speaks of by one book and not by the other. */
            rule?: string | null;
            /** @description Only those of this seller. */
            seller?: string | null;
        };
        /** @description The product that is to be shown. */
        Product: {
            /** @description Category path, `apparel/adult/dresses`; rules of a category hold below it too. */
            category?: string | null;
            /** @description The product that this is a variant of, such as another colour: experiments on products keep a family together. */
            family?: string | null;
            /** @description The catalogue's id. */
            id: string;
            /** @description Who sells it. */
            seller?: string | null;
        };
        /** @description How far a product of the feed is. */
        ProductBody: {
            /** @description The sender's name for that change. */
            change_id: string;
            /** @description The decision; null where the product was removed. */
            decision_id?: string | null;
            /**
             * Format: int64
             * @description The newest revision that is settled; changes up to it change nothing.
             */
            revision: number;
            /**
             * Format: int64
             * @description When it was settled, ms since 1970 UTC.
             */
            settled_ms: number;
        };
        /** @description A picture of a product. */
        ProductPicture: {
            /** @description SHA-256 of its bytes. */
            content_hash: string;
            /** @description Its id in the product. */
            image: string;
        };
        /** @description The products whose pictures change. */
        ProductQuestion: {
            /**
             * Format: double
             * @description Impressions of a product over the experiment, on average.
             */
            impressions: number;
            /**
             * Format: double
             * @description Their standard deviation over products, as a share of the mean; about 1.3 in most catalogues.
             */
            impressions_cv?: number;
            /**
             * Format: int64
             * @description How many, all variants together.
             */
            products: number;
            /**
             * Format: double
             * @description Clicks, or whatever is asked for, per impression, 0 to 1; absent = the metric's own rate.
             */
            rate?: number | null;
            /**
             * Format: double
             * @description Standard deviation of the rate between products; absent = half of the rate.
             */
            rate_sd?: number | null;
        };
        /** @description Numbers at shares of the pictures. */
        Quantiles: {
            /**
             * Format: double
             * @description 1 % have less.
             */
            p01: number;
            /**
             * Format: double
             * @description 5 % have less.
             */
            p05: number;
            /**
             * Format: double
             * @description 25 % have less.
             */
            p25: number;
            /**
             * Format: double
             * @description Half have less.
             */
            p50: number;
            /**
             * Format: double
             * @description 75 % have less.
             */
            p75: number;
            /**
             * Format: double
             * @description 95 % have less.
             */
            p95: number;
            /**
             * Format: double
             * @description 99 % have less.
             */
            p99: number;
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
        /** @description The review queue in short. */
        QueueSize: {
            /**
             * Format: int64
             * @description Pictures that wait for whoever asks.
             */
            open: number;
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
        /** @description Why a person does something. */
        ReasonBody: {
            /** @description 3 to 2000 characters. */
            reason?: string;
        };
        /** @description What waits for a receiver of results. */
        ReceiverStatus: {
            /**
             * Format: double
             * @description How long the oldest of them waits, s.
             */
            oldest_seconds: number;
            /** @description A webhook's host and a part of its address' hash; `stream` for the streams of results. */
            receiver: string;
            /**
             * Format: int64
             * @description Results that it has not been told.
             */
            waiting: number;
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
        /** @description A change that cannot be taken. */
        RefusedChange: {
            /** @description Stable code: `change_invalid`, `too_many_candidates`. */
            code: string;
            /** @description Its place in the batch, from 0. */
            index: number;
            /** @description What is wrong with it. */
            message: string;
        };
        /** @description An event that cannot be taken. */
        RefusedEvent: {
            /** @description Stable code: `event_invalid`, `event_out_of_time`, `exposure_unknown`. */
            code: string;
            /** @description Its place in the batch or file, from 0. */
            index: number;
            /** @description What is wrong with it. */
            message: string;
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
        /** @description A release with all that a person needs to see of it. */
        ReleaseBody: components["schemas"]["ReleaseHead"] & {
            /** @description What was foretold when it was approved. */
            backtest: Record<string, never>;
            base?: components["schemas"]["i64"] | null;
            /** @description Whether it can be taken back now. */
            can_undo: boolean;
            /** @description What it changed, rule by rule. */
            diff: Record<string, never>;
            /** @description How it goes live. */
            rollout: components["schemas"]["RolloutBody"];
        };
        /** @description A release in short. */
        ReleaseHead: {
            /** @description Who let it go live. */
            approver: string;
            /**
             * Format: int64
             * @description When it was published, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Who wrote it. */
            author: string;
            /**
             * Format: int64
             * @description The draft it comes from.
             */
            draft?: number | null;
            /** @description Whether it judges all products now. */
            in_force: boolean;
            /** @description Its number. */
            number: components["schemas"]["i64"];
            /** @description Why. */
            reason: string;
            /** @description How many rules it changed. */
            rules_changed: number;
            /**
             * Format: double
             * @description The share of the products that it judges now.
             */
            share: number;
            /** @description Where it stands. */
            state: components["schemas"]["State"];
            /** @description One line for people. */
            title: string;
        };
        /** @description Which letters are tried again. */
        ReplayRequest: {
            /** @description Their ids, up to 1,000; all there are where none are named. */
            ids?: string[] | null;
        };
        /** @description What became of dead letters that were tried again. */
        Replayed: {
            /**
             * Format: int64
             * @description Changes whose products have newer ones by now: they were only taken out.
             */
            known: number;
            /** @description Letters that are still wrong, and stay. */
            still_dead: components["schemas"]["StillDead"][];
            /**
             * Format: int64
             * @description Changes that wait to be judged once more.
             */
            waiting: number;
        };
        /** @description Everything that can be said of an experiment at one moment. */
        Report: {
            /** @description What each variant has seen, the control first. */
            arms: components["schemas"]["ArmFigures"][];
            /**
             * Format: int64
             * @description The moment this report is of, ms since 1970 UTC.
             */
            as_of_ms: number;
            /** @description Each treatment against the control. */
            comparisons: components["schemas"]["Comparison"][];
            decision?: components["schemas"]["Decision"] | null;
            /** @description The plan, as fixed. */
            design: components["schemas"]["Design"];
            /** @description Its id. */
            experiment: string;
            /** @description Checks of the data, those that failed first. */
            health: components["schemas"]["HealthCheck"][];
            /** @description How the numbers were made: corrections, methods, tuning. */
            notes: string[];
            /** @description What was planned against what happened. */
            plan: components["schemas"]["PlanLine"][];
            /** @description Rules whose firings differ between variants. */
            rules: components["schemas"]["RuleEffect"][];
            /** @description Simulated data, and what of. */
            simulated?: string | null;
            /** @description Where it stands. */
            stage: components["schemas"]["Stage"];
            /**
             * Format: int64
             * @description When it started, ms since 1970 UTC.
             */
            started_ms?: number | null;
            /**
             * Format: int64
             * @description When it was stopped, ms since 1970 UTC.
             */
            stopped_ms?: number | null;
            /** @description What to make of it. */
            verdict: components["schemas"]["Verdict"];
            /** @description The program's version. */
            version: string;
        };
        /** @description What a second person said. */
        Review: {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Who. */
            by: string;
            /** @description Why. */
            reason: string;
            /** @description `approved` or `rejected`. */
            verdict: string;
        };
        /**
         * @description A metric's part in the decision.
         * @enum {string}
         */
        Role: "primary" | "guardrail" | "secondary";
        /**
         * @description The place a picture is judged for.
         * @enum {string}
         */
        RoleName: "main" | "gallery" | "swatch";
        /** @description A release on its way. */
        Rollout: {
            /** @description The release that judged before it. */
            before: components["schemas"]["i64"];
            /** @description What stops it. */
            budget: components["schemas"]["Budget"];
            /**
             * Format: int64
             * @description Since when it judges all products, or when that began, ms since 1970 UTC.
             */
            in_force?: number | null;
            /** @description What happened to it, oldest first. */
            log: components["schemas"]["Entry"][];
            /**
             * Format: int64
             * @description Since when it is in this stage, ms since 1970 UTC.
             */
            since_ms: number;
            /** @description The stage it is in, from 0. */
            stage: number;
            /** @description Shares of the products, each stage's, growing; the last is followed by all. */
            stages: number[];
            /**
             * Format: int64
             * @description When it begins; `None` = at once.
             */
            start_at_ms?: number | null;
            /** @description Where it stands. */
            state: components["schemas"]["State"];
        };
        /** @description How a release goes live. */
        RolloutBody: components["schemas"]["Rollout"] & {
            /** @description What is watched. */
            guardrails: components["schemas"]["Guardrail"][];
            /** @description What was seen of products that it and the release before have judged. */
            seen: components["schemas"]["Tally"];
            /**
             * Format: double
             * @description The share of the products that it judges now.
             */
            share: number;
        };
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
        /** @description A rule whose firings differ between the variants. */
        RuleEffect: {
            /** @description What has to be said about reading it. */
            caution: string;
            /**
             * Format: double
             * @description Share of the control's selections in which it acted.
             */
            control_share: number;
            /**
             * Format: double
             * @description Its part of the effect, in proportion to how much its firings differ: an attribution, not a measurement.
             */
            effect_share: number;
            /** @description The rule. */
            rule: string;
            /** @description The treatment. */
            treatment: string;
            /**
             * Format: double
             * @description Share of the treatment's.
             */
            treatment_share: number;
        };
        /** @description How often a rule acted on the selections of a variant. */
        RuleFirings: {
            /** @description All selections, a number a variant. */
            of: number[];
            /** @description The rule. */
            rule: string;
            /** @description Selections in which it acted, a number a variant. */
            selections: number[];
        };
        /** @description A rule in short. */
        RuleHead: {
            /** @description What it asks for. */
            action: Record<string, never>;
            /** @description For which categories; empty = all. */
            categories: string[];
            /** @description When its source was read. */
            checked: string;
            /** @description First day it holds. */
            effective_from?: string | null;
            /** @description Last day it holds. */
            effective_to?: string | null;
            /** @description Whether it acts; `None` where it is disabled. */
            enforcement?: string | null;
            /** @description How well it is evidenced. */
            grade: string;
            /** @description Whose rule it is. */
            marketplace: string;
            /** @description The pack it stands in. */
            pack: string;
            /** @description Where it holds; empty = everywhere. */
            regions: string[];
            /** @description For which places. */
            roles: string[];
            /** @description Its id. */
            rule: string;
            /** @description In plain words. */
            sentence: string;
            /** @description How bad, by its source's words. */
            severity: string;
            /** @description Where it comes from. */
            source: string;
            /** @description One line for people. */
            title: string;
        };
        /** @description A release that changed a rule. */
        RuleHistory: {
            /**
             * Format: int64
             * @description When it was published, ms since 1970 UTC.
             */
            at_ms: number;
            /** @description Who wrote it. */
            author: string;
            /** @description What changed. */
            change: Record<string, never>;
            /** @description Why. */
            reason: string;
            /**
             * Format: int64
             * @description The release.
             */
            release: number;
        };
        /** @description A rule's part in an experiment. */
        RuleInExperiment: {
            /** @description The day it was said, UTC. */
            day: string;
            /**
             * Format: double
             * @description Its part of the effect, in proportion to how much its firings differ: an attribution, not a measurement.
             */
            effect_share: number;
            /** @description The experiment. */
            experiment: string;
            /** @description What the experiment says of all rules that differ together, and what has to be said about reading it for one. */
            sentence: string;
            /** @description Simulated data, and what of. */
            simulated?: string | null;
            /** @description As people call it. */
            title: string;
            /** @description The treatment in which it acts differently. */
            treatment: string;
        };
        /** @description A backtest as it stands. */
        Run: {
            /**
             * Format: int64
             * @description Pictures judged so far.
             */
            done: number;
            /**
             * Format: int64
             * @description Time it has taken, ms.
             */
            elapsed_ms: number;
            /** @description Why it broke off. */
            error?: string | null;
            /** @description Its name. */
            id: string;
            /** @description What it says, so far. */
            result: Record<string, never>;
            /** @description Where it stands. */
            state: components["schemas"]["RunState"];
            /**
             * Format: int64
             * @description Pictures that there are.
             */
            total: number;
        };
        /**
         * @description Where a backtest stands.
         * @enum {string}
         */
        RunState: "running" | "done" | "cancelled" | "failed";
        /** @description Which selections an experiment is about; an absent field means all. */
        Scope: {
            /**
             * @description This category and all below it.
             * @default null
             */
            category: string | null;
            /**
             * @description The marketplace.
             * @default null
             */
            marketplace: string | null;
            /**
             * @description The region.
             * @default null
             */
            region: string | null;
        };
        /** @description Good and bad pictures, by content hash; they have been measured before. */
        SearchBody: {
            /** @description Pictures that it must find fault with, 3 to 100. */
            bad: string[];
            /** @description Try candidates on this category of the catalogue only. */
            category?: string | null;
            /** @description Pictures that a rule must let pass, 3 to 100. */
            good: string[];
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
        /** @description Part of the units. */
        SegmentEvidence: {
            /** @description A cell a variant. */
            cells: components["schemas"]["Cell"][];
            /** @description `category`, `region`, `device`, `visitor`. */
            dimension: string;
            /** @description `shoes`. */
            value: string;
        };
        /** @description The primary metric in one segment. */
        SegmentResult: {
            /**
             * Format: double
             * @description p corrected for the number of segments.
             */
            adjusted_p?: number | null;
            effect?: components["schemas"]["Estimate"] | null;
            /** @description Why there is no number. */
            refused?: string | null;
            shrunken?: components["schemas"]["Estimate"] | null;
            /** @description Units of both. */
            units: number[];
            /** @description `shoes`. */
            value: string;
        };
        /** @description The primary metric by one dimension. */
        SegmentTable: {
            /** @description What has to be said about reading it. */
            caution: string;
            /** @description `category`. */
            dimension: string;
            /**
             * Format: double
             * @description p of "all segments have the same effect".
             */
            heterogeneity_p?: number | null;
            /** @description The segments, largest first. */
            segments: components["schemas"]["SegmentResult"][];
        };
        /** @description Which picture leads, which follow, and why. */
        SelectAnswer: {
            /** @description The current main picture was kept though another scores a little higher. */
            current_main_kept: boolean;
            experiment?: components["schemas"]["ExperimentAnswer"] | null;
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
            /**
             * Format: int64
             * @description When the answer is needed, ms from now: a picture whose signals cannot come in time is answered as `pending` and measured all the
             *     same; the answer waits for all pictures where nothing is said.
             */
            deadline_ms?: number | null;
            /** @description What it is shown on, `mobile`: experiments report by it. */
            device?: string | null;
            /** @description For trying out: the variant to be answered by, by experiment; it is not counted. */
            force_variants?: {
                [key: string]: string;
            } | null;
            /** @description Language of the reasons, `en`. */
            language?: string | null;
            /** @description Whose rules hold, `amazon`; the house pack where none is named. */
            marketplace?: string | null;
            /** @description The product. */
            product: components["schemas"]["Product"];
            /** @description Country or region, `US`. */
            region?: string | null;
            traffic?: components["schemas"]["Traffic"] | null;
            /** @description Who it is for, as the shop knows them: experiments show the same visitor the same variant. Kept as a pseudonym only. */
            unit_id?: string | null;
            visitor?: components["schemas"]["VisitorKind"] | null;
        };
        /** @description What judges the selections of a variant. */
        Serves: {
            /** @enum {string} */
            what: "live";
        } | {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @enum {string} */
            what: "release";
        } | {
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @enum {string} */
            what: "draft";
        } | {
            /** @enum {string} */
            what: "following";
        };
        /**
         * @description How bad, by the source's own words.
         * @enum {string}
         */
        SeverityName: "must" | "should";
        /** @description What a draft would have made of live traffic. */
        ShadowBody: components["schemas"]["Tally"] & {
            /**
             * Format: int64
             * @description Since when it looks on, ms since 1970 UTC; `None` where it does not.
             */
            since_ms?: number | null;
        };
        /** @description Whether a draft looks on. */
        ShadowSwitch: {
            /** @description Whether it judges live traffic beside. */
            on: boolean;
        };
        /** @description A signal's value: number, flag or text. */
        SignalValue: boolean | number | string;
        /**
         * @description Where an experiment stands.
         * @enum {string}
         */
        Stage: "draft" | "review" | "running" | "stopped" | "decided";
        /** @description A rule whose source was read long ago. */
        Stale: {
            /** @description When it was read. */
            checked: string;
            /**
             * Format: int64
             * @description Days since.
             */
            days: number;
            /** @description The pack. */
            pack: string;
            /** @description The rule. */
            rule: string;
            /** @description One line for people. */
            title: string;
        };
        /** @description A backtest that was started. */
        StartedBody: {
            /** @description Its name. */
            id: string;
        };
        /**
         * @description Where a roll-out stands.
         * @enum {string}
         */
        State: "scheduled" | "canary" | "full" | "stopped" | "undone";
        /** @description A letter that stays. */
        StillDead: {
            /** @description Stable code. */
            code: string;
            /** @description The letter. */
            id: string;
            /** @description What is wrong with it. */
            message: string;
        };
        /** @description What a condition makes of pictures of the catalogue. */
        StoredBody: {
            /**
             * Format: int64
             * @description How many were looked at: the first ones of the catalogue, 2000 at most.
             */
            looked_at: number;
            /**
             * Format: int64
             * @description Pictures that it speaks of.
             */
            pictures: number;
            /**
             * Format: double
             * @description Of those that were looked at, 0..=1.
             */
            share: number;
        };
        /** @description What there is in the streams of changes. */
        StreamStatus: {
            /**
             * Format: double
             * @description How long the oldest of all is there, s; null where there is none.
             */
            oldest_seconds?: number | null;
            /**
             * Format: int64
             * @description Entries that a worker has read and not acknowledged.
             */
            unacknowledged: number;
            /**
             * Format: int64
             * @description Entries that no worker has read: the lag.
             */
            unread: number;
        };
        /** @description What a second rule book made of products that the first one judged. */
        Tally: {
            /** @description Pictures that each rule acted on, under the first and the second. */
            by_rule?: Record<string, never>;
            /**
             * @description Some products with another main picture.
             * @default []
             */
            examples: components["schemas"]["Example"][];
            /**
             * Format: int64
             * @description Products with another main picture.
             * @default 0
             */
            main_changed: number;
            /**
             * Format: int64
             * @description Products that have a main picture under the first only.
             * @default 0
             */
            newly_empty: number;
            /**
             * Format: int64
             * @description Products that have a main picture under the second only.
             * @default 0
             */
            newly_filled: number;
            /**
             * Format: int64
             * @description Pictures that only the first suppresses.
             * @default 0
             */
            newly_shown: number;
            /**
             * Format: int64
             * @description Pictures that only the second suppresses.
             * @default 0
             */
            newly_suppressed: number;
            /**
             * Format: int64
             * @description Products that one of them could not judge, because signals were not measured.
             * @default 0
             */
            not_measured: number;
            /**
             * Format: int64
             * @description Pictures that both have judged.
             * @default 0
             */
            pictures: number;
            /**
             * Format: int64
             * @description Products that both have judged.
             * @default 0
             */
            products: number;
        };
        /** @description A draft's title. */
        TitleBody: {
            /** @description 1 to 200 characters. */
            title: string;
        };
        /**
         * @description Who asks.
         * @enum {string}
         */
        Traffic: "customer" | "internal" | "bot";
        /** @description What is wrong with edits that are not taken yet. */
        TriedBody: {
            /** @description What is wrong, or wants a look. */
            findings: Record<string, never>[];
            /** @description The edited rules in plain words. */
            sentences: Record<string, never>;
        };
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
        /** @description What is randomised. Analysing anything finer than this is refused or corrected. */
        Unit: {
            /** @enum {string} */
            what: "visitor";
        } | {
            /** @enum {string} */
            what: "product";
        } | {
            /** @enum {string} */
            what: "seller";
        } | {
            /**
             * Format: int32
             * @description Its length, minutes.
             */
            minutes: number;
            /**
             * Format: int32
             * @description Minutes of its beginning that count for nothing: what shoppers saw in the slot before wears off meanwhile.
             */
            washout_minutes?: number;
            /** @enum {string} */
            what: "slot";
        };
        /** @description A unit's four variables of each metric, in the order of the design's metrics. */
        UnitValues: number[][];
        /** @description A rule that acts unusually much. */
        Unusual: {
            /**
             * Format: double
             * @description How many times as much.
             */
            ratio: number;
            /** @description The rule. */
            rule: string;
            /** @description One line for people. */
            title: string;
            /**
             * Format: double
             * @description Share of today's newly judged pictures that it acts on, 0..=1.
             */
            today: number;
            /**
             * Format: double
             * @description The same over the two weeks before.
             */
            usual: number;
        };
        /** @description A text or flag. */
        ValueCount: {
            /**
             * Format: int64
             * @description Pictures.
             */
            count: number;
            /** @description As it reads. */
            value: string;
        };
        /** @description One answer under test. */
        VariantDesign: {
            /** @description In a sentence, what differs. */
            description?: string;
            explores?: components["schemas"]["Exploration"] | null;
            /** @description Its name, unique within the experiment. */
            name: string;
            /** @description What judges its units' selections. */
            serves: components["schemas"]["Serves"];
            /**
             * Format: int32
             * @description Its share is `weight / sum of weights`.
             */
            weight: number;
        };
        /** @description What to make of an experiment. */
        Verdict: {
            /** @description Why, a sentence each. */
            because: string[];
            /** @description The call. */
            call: components["schemas"]["Call"];
            /** @description One sentence with the certainty in plain words. */
            sentence: string;
            /** @description The treatment that it is about, by name, where it is about one. */
            treatment?: string | null;
            /** @description What would change it. */
            would_change?: string | null;
        };
        /**
         * @description What kind of visitor.
         * @enum {string}
         */
        VisitorKind: "new" | "returning";
        /** @description A draft that waits for a second person. */
        Waiting: {
            /** @description Who wrote it. */
            author: string;
            /** @description The draft. */
            draft: components["schemas"]["i64"];
            /**
             * Format: int64
             * @description Since when, ms since 1970 UTC.
             */
            submitted_ms?: number | null;
            /** @description One line for people. */
            title: string;
        };
        /** Format: int64 */
        i64: number;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
