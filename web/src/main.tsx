import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/query.ts';
import { startSession } from './api/session.ts';
import { App } from './app/app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/lists.css';
import './styles/forms.css';
import './styles/ticket.css';
import './styles/reading.css';
import './styles/diff.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
if (await startSession())
  createRoot(root).render(
    <StrictMode>
      <App client={makeQueryClient()} />
    </StrictMode>,
  );
