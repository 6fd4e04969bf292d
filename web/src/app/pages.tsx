import type { ComponentType } from 'react';
import type { Params } from '../router/match.ts';
import { HealthPage } from './pages/health.tsx';
import { NeedsYouPage } from './pages/needs-you.tsx';
import { NewProjectPage, ProjectPage, ProjectsPage } from './pages/projects.tsx';
import { PullsPage } from './pages/pulls.tsx';
import { SettingsPage } from './pages/settings.tsx';
import { TicketPage } from './pages/ticket.tsx';
import { NewTicketPage, TicketsPage } from './pages/tickets.tsx';

export type Page = ComponentType<{ readonly params: Params }>;

/** Every page by its address; the first that fits is shown. */
export const pages: readonly (readonly [pattern: string, page: Page])[] = [
  ['/', TicketsPage],
  ['/tickets', TicketsPage],
  ['/tickets/new', NewTicketPage],
  ['/tickets/:ticket/:tab/:item?', TicketPage],
  ['/tickets/:ticket', TicketPage],
  ['/needs-you', NeedsYouPage],
  ['/projects', ProjectsPage],
  ['/projects/new', NewProjectPage],
  ['/projects/:project', ProjectPage],
  ['/pulls', PullsPage],
  ['/settings', SettingsPage],
  ['/health', HealthPage],
];
