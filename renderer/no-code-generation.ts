/** The content security policy forbids making code from text; schemas must not even try. Imported before any schema is made. */
import { config } from 'zod';

config({ jitless: true });
